/// Why messages were not taken; the `underlyingError` of a ``TaskBrokerError/Code/queueFull``.
public struct QueueFull: Error, Hashable {
    /// The queue.
    public let queue: String
    /// The most messages that it may hold.
    public let maxLength: Int
    /// How many it held.
    public let length: Int
    /// The ids of the tasks that were not sent, in order; all others of the call were.
    public internal(set) var unsent: [String] = []

    package init(queue: String, maxLength: Int, length: Int) {
        self.queue = queue
        self.maxLength = maxLength
        self.length = length
    }
}

extension TaskBrokerError {
    /// The error for messages that a full queue has not taken.
    init(_ full: QueueFull) {
        let count = full.unsent.count
        self.init(
            .queueFull,
            """
            The queue '\(full.queue)' holds \(full.length) messages, of \(full.maxLength) that it may hold: \
            \(count == 1 ? "the task was" : "\(count) tasks were") not sent. Send again when workers have caught up, start more \
            of them, or raise the queue's maxLength.
            """,
            underlyingError: full
        )
    }
}
