import CeleryProtocol

/// A message that was given up, and why.
public struct DeadLetter: Sendable, Hashable {
    /// What ``Inspector/retryDead(_:)`` and ``Inspector/discardDead(_:)`` call it.
    public var id: String
    /// The queue that it came from.
    public var queue: String
    /// The step of priority: 0, 3, 6 or 9.
    public var step: Int
    /// The task's id; `nil` if the message cannot be read.
    public var taskID: String?
    /// The task's name; `nil` if the message cannot be read.
    public var task: String?
    /// Why it was given up.
    public var reason: String
    /// When, in seconds since 1970.
    public var time: Double
    /// The message as it was in the list.
    public var raw: [UInt8]

    init(_ message: StoredMessage, queue: String, step: Int) {
        let peeked = PeekedMessage(message.raw, step: step)
        self.id = message.id
        self.queue = queue
        self.step = step
        self.taskID = peeked.id
        self.task = peeked.task
        self.reason = message.note ?? ""
        self.time = message.time ?? 0
        self.raw = message.raw
    }
}

/// Which dead letters.
public enum DeadLetterSelection: Sendable, Hashable {
    /// Those of one queue, or of all.
    case all(queue: String? = nil)
    /// Those with these ids; a task's id selects its dead letters too.
    case ids([String])
}
