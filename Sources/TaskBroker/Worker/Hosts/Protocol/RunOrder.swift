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
    /// What was read of the message.
    var summary: Summary?

    /// What a host needs to know of a message to run its task without reading it once more.
    struct Summary: Hashable, Sendable {
        /// The name of the task.
        var task: String
        /// Where the body stands in the message, see ``Envelope/plainBody``.
        var body: Range<Int>
    }
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
            limits: invocation.limits,
            summary: Summary(invocation.envelope)
        )
    }
}

extension RunOrder.Summary {
    /// Of a message whose body is as nearly all are.
    init?(_ envelope: Envelope) {
        guard let body = envelope.plainBody else { return nil }
        self.init(task: envelope.headers.task, body: body)
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
    case task
    case body
    case bodyLength = "body_length"

    static let table = JSONFieldTable<OrderField>()
}

extension RunOrder {
    /// The frame that says so.
    var frame: EncodedHostFrame {
        var head = JSONWriter(capacity: 256)
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
        if let summary {
            head.append(#", "task": "#)
            head.write(summary.task)
            head.append(#", "body": "#)
            head.write(Int64(summary.body.lowerBound))
            head.append(#", "body_length": "#)
            head.write(Int64(summary.body.count))
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
        var task: String?
        var (body, bodyLength): (Int?, Int?)
        try frame.readHead(OrderField.table) { field, reader throws(JSONError) in
            switch field {
            case .run: run = try reader.readIntegerOrSkip()
            case .queue: queue = try reader.readStringOrSkip()
            case .started: started = try reader.readIntegerOrSkip()
            case .stores: stores = try reader.readBoolOrSkip() ?? false
            case .redeliveries: redeliveries = max(0, try reader.readIntegerOrSkip() ?? 0)
            case .softLimit: limits.soft = try reader.readDurationOrSkip()
            case .hardLimit: limits.hard = try reader.readDurationOrSkip()
            case .task: task = try reader.readStringOrSkip()
            case .body: body = try reader.readIntegerOrSkip()
            case .bodyLength: bodyLength = try reader.readIntegerOrSkip()
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
            limits: limits,
            summary: Summary(task, at: body, bodyLength, of: frame.body.count)
        )
    }
}

extension RunOrder.Summary {
    /// `nil` if something is missing, or the body is not within the message.
    fileprivate init?(_ task: String?, at start: Int?, _ length: Int?, of size: Int) {
        guard let task, let start, let length, start >= 0, length >= 0, start <= size, length <= size - start else {
            return nil
        }
        self.init(task: task, body: start..<start + length)
    }
}
