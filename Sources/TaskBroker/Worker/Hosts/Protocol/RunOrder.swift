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
}

// MARK: As a frame

/// The members of the head, in the order in which they are written.
private enum OrderField: String, CaseIterable {
    case run
    case queue
    case started
    case stores
    case redeliveries
    case softLimit = "soft"
    case hardLimit = "hard"

    static let table = JSONFieldTable<OrderField>()
}

extension RunOrder {
    /// The frame that says so.
    var frame: EncodedHostFrame {
        var head = JSONWriter(capacity: 128)
        head.append(#"{"run": "#)
        head.write(self.id)
        head.append(#", "queue": "#)
        head.write(self.queue)
        head.append(#", "started": "#)
        head.write(self.started.microseconds)
        head.append(self.storesResult ? #", "stores": true"# : "")
        if self.redeliveries > 0 {
            head.append(#", "redeliveries": "#)
            head.write(Int64(self.redeliveries))
        }
        if let soft = self.limits.soft {
            head.append(#", "soft": "#)
            head.write(soft.inSeconds)
        }
        if let hard = self.limits.hard {
            head.append(#", "hard": "#)
            head.write(hard.inSeconds)
        }
        head.append("}")
        return EncodedHostFrame(kind: .run, head: head.bytes, body: self.raw)
    }

    init(_ frame: EncodedHostFrame) throws(HostProtocolError) {
        var (run, started): (Int?, Int?)
        var queue: String?
        var redeliveries = 0
        var stores = false
        var limits = TimeLimits()
        try frame.readHead(OrderField.table) { field, reader throws(JSONError) in
            switch field {
            case .run: run = try reader.readIntegerOrSkip()
            case .queue: queue = try reader.readStringOrSkip()
            case .started: started = try reader.readIntegerOrSkip()
            case .stores: stores = try reader.readBoolOrSkip() ?? false
            case .redeliveries: redeliveries = max(0, try reader.readIntegerOrSkip() ?? 0)
            case .softLimit: limits.soft = try reader.readDurationOrSkip()
            case .hardLimit: limits.hard = try reader.readDurationOrSkip()
            }
        }
        guard let run else { throw .badField(.run, of: frame.kind) }
        guard let queue else { throw .badField(.queue, of: frame.kind) }
        guard let started else { throw .badField(.started, of: frame.kind) }
        self.init(
            id: RunID(run),
            raw: frame.body,
            queue: queue,
            redeliveries: redeliveries,
            storesResult: stores,
            started: Timestamp(microseconds: Int64(started)),
            limits: limits
        )
    }
}
