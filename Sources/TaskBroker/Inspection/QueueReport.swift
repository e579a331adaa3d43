/// What a queue holds, at one moment.
public struct QueueReport: Sendable, Hashable, Codable {
    /// The name of the queue.
    public var name: String
    /// Waiting messages by the steps of priority 0, 3, 6 and 9; 0 is served first.
    public var waitingByStep: [Int]
    /// Messages that workers have claimed and not finished.
    public var inFlight: Int
    /// Messages that are not due yet.
    public var delayed: Int
    /// Messages put aside because no worker knew their task.
    public var parked: Int
    /// Dead letters.
    public var dead: Int
    /// Whether workers are kept from taking messages.
    public var isPaused: Bool
    /// The most messages that may wait or be delayed, as producers have declared it within the last week; `nil` for any number.
    public var maxLength: Int?
    /// The node names of the living workers that take from it; Python workers are not among them.
    public var consumers: [String]

    /// How many messages wait to be taken.
    public var waiting: Int { self.waitingByStep.reduce(0, +) }

    package init(name: String, contents: QueueContents, consumers: [String]) {
        self.name = name
        self.waitingByStep = Priority.steps.map { contents.waiting[$0] ?? 0 }
        self.inFlight = contents.inFlight
        self.delayed = contents.delayed
        self.parked = contents.parked
        self.dead = contents.dead
        self.isPaused = contents.isPaused
        self.maxLength = contents.maxLength
        self.consumers = consumers
    }
}

/// The queues of a broker.
public struct QueueListing: Sendable, Hashable, Codable {
    /// The queues by name.
    public var queues: [QueueReport]
    /// Whether the search for queues came to its end; if not, there may be more in a very full Redis.
    public var isComplete: Bool
}
