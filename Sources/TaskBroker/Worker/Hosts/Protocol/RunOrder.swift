import CeleryProtocol

/// The number of a claimed message that is run, in one worker; it stays the same when the run is repeated in another host.
typealias RunID = Int64

/// A task to run: the frame `run`, whose body is the message exactly as it lay in its queue.
struct RunOrder: Sendable {
    var id: RunID
    /// The message.
    var raw: [UInt8]
    /// The queue that it was taken from.
    var queue: String
    /// How often it was handed out before.
    var redeliveries: Int
    /// Whether states that the task reports are stored.
    var storesResult: Bool
    /// The broker's time at which the task starts.
    var started: Timestamp
    /// How long it may run.
    var limits: TimeLimits
}

extension RunOrder {
    init(_ id: RunID, _ invocation: TaskInvocation) {
        self.init(
            id: id,
            raw: invocation.envelope.raw,
            queue: invocation.delivery.queue,
            redeliveries: invocation.delivery.redeliveries,
            storesResult: invocation.storesResult,
            started: invocation.started,
            limits: invocation.limits
        )
    }

    /// The frame that says so.
    var frame: HostFrame {
        var head: [HostField: JSONValue] = [
            .run: .integer(self.id),
            .queue: .string(self.queue),
            .started: .integer(self.started.microseconds),
            .stores: .bool(self.storesResult),
        ]
        if self.redeliveries > 0 { head[.redeliveries] = .integer(Int64(self.redeliveries)) }
        head[.softLimit] = self.limits.soft.map { .double($0.inSeconds) }
        head[.hardLimit] = self.limits.hard.map { .double($0.inSeconds) }
        return HostFrame(.run, head, body: self.raw)
    }

    init(_ frame: HostFrame) throws(HostProtocolError) {
        self.init(
            id: try frame.integer(.run),
            raw: frame.body,
            queue: try frame.string(.queue),
            redeliveries: Int(truncatingIfNeeded: max(0, frame[.redeliveries]?.integerValue ?? 0)),
            storesResult: frame[.stores]?.boolValue ?? false,
            started: Timestamp(microseconds: try frame.integer(.started)),
            limits: TimeLimits(soft: frame.duration(.softLimit), hard: frame.duration(.hardLimit))
        )
    }
}

extension HostFrame {
    /// A number of seconds in the head.
    func duration(_ field: HostField) -> Duration? {
        self[field]?.doubleValue.map { Duration(inSeconds: $0) }
    }
}
