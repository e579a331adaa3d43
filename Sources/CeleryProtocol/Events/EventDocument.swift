/// Something that happened to a worker or a task, as monitors are told.
///
/// On the wire it is a flat object; the members that every event has are properties here, the rest is in ``fields``.
public struct EventDocument: Hashable, Sendable {
    /// What happened.
    public var type: EventType
    /// The node that tells it: `celery@host` for a worker, `gen<pid>@host` for a producer.
    public var hostname: String
    /// When it happened by the clock of the sender, in seconds since 1970.
    public var timestamp: Double
    /// The process id of the sender.
    public var pid: Int?
    /// The logical clock of the sender, by which events of several nodes can be put into an order.
    public var clock: Int64?
    /// How many hours the local time of the sender is west of UTC: 0 in London's winter, -1 in Berlin's.
    public var utcoffset: Double?
    /// Everything else, by name.
    public var fields: [String: JSONValue]

    /// Creates an event.
    public init(
        _ type: EventType,
        hostname: String,
        timestamp: Double,
        pid: Int? = nil,
        clock: Int64? = nil,
        utcoffset: Double? = nil,
        fields: [String: JSONValue] = [:]
    ) {
        self.type = type
        self.hostname = hostname
        self.timestamp = timestamp
        self.pid = pid
        self.clock = clock
        self.utcoffset = utcoffset
        self.fields = fields
    }
}

extension EventDocument {
    /// The id of the task that the event is about; `nil` for an event of a worker.
    public var taskID: String? { self[.uuid]?.stringValue }
}
