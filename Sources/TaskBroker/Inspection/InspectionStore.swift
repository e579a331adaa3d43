/// What an ``Inspector`` needs of a broker: counting, paging and moving whole messages, none of which looks into them.
///
/// Everything is bounded. A page is small, and whoever wants more asks for the next one.
package protocol InspectionStore: Sendable {
    /// The names of the queues that the broker has heard of.
    func queueNames() async throws(TaskBrokerError) -> QueueNames

    /// What lies where, for each queue in order.
    func contents(of queues: [String]) async throws(TaskBrokerError) -> [QueueContents]

    /// Some of the messages at one place, in the order in which they would be served.
    ///
    /// - Parameter cursor: Where the page before ended; `nil` for the first.
    func page(
        of place: StoredMessage.Place,
        in queue: String,
        step: Int,
        after cursor: String?
    ) async throws(TaskBrokerError) -> StoredPage

    /// Some of the messages that Python workers have taken.
    func foreignPage(after cursor: String?) async throws(TaskBrokerError) -> StoredPage

    /// Stops or allows claims; returns whether that changed anything.
    func setPaused(_ isPaused: Bool, queue: String) async throws(TaskBrokerError) -> Bool

    /// Deletes the waiting messages of a queue, and the delayed ones if asked; returns how many.
    func purge(_ queue: String, includingDelayed: Bool) async throws(TaskBrokerError) -> Int

    /// Moves waiting messages to the end of another queue, step by step; returns how many.
    func move(from source: String, to destination: String, limit: Int) async throws(TaskBrokerError) -> Int

    /// Takes messages out of the dead letters, into the list again or away; returns how many were there.
    func settleDead(
        _ ids: [String],
        in queue: String,
        step: Int,
        isRetried: Bool
    ) async throws(TaskBrokerError) -> Int

    /// The workers that have said recently that they are alive.
    func workers() async throws(TaskBrokerError) -> [WorkerRecord]

    /// What examining and diagnosing need; `nil` where there is nothing to examine.
    var care: (any CareStore)? { get }
}

/// The names of queues, as far as a bounded search found them.
package struct QueueNames: Sendable, Hashable {
    /// The names.
    package var names: Set<String>
    /// Whether the search came to its end.
    package var isComplete: Bool

    package init(names: Set<String>, isComplete: Bool) {
        self.names = names
        self.isComplete = isComplete
    }
}

/// How many messages of a queue lie where.
package struct QueueContents: Sendable, Hashable, Codable {
    /// Waiting messages by step of priority: 0, 3, 6, 9.
    package var waiting: [Int: Int] = [:]
    /// Claimed and not settled.
    package var inFlight = 0
    /// Not due yet, without the parked ones.
    package var delayed = 0
    /// Put aside because no worker knew their task.
    package var parked = 0
    /// Dead letters.
    package var dead = 0
    /// Whether claims are stopped.
    package var isPaused = false
    /// How many messages may wait or be delayed, if somebody who sends to it has said so.
    package var maxLength: Int?

    package init() {}
}

/// A message as the broker keeps it.
package struct StoredMessage: Sendable, Hashable {
    /// Where a message of a queue can be.
    package enum Place: Sendable, Hashable, CaseIterable {
        /// In its list.
        case waiting
        /// With a worker.
        case inFlight
        /// Not due, or parked.
        case delayed
        /// Among the dead letters.
        case dead
    }

    /// The broker's name for it at this place; empty while it waits.
    package var id: String
    /// The message.
    package var raw: [UInt8]
    /// When it is due, or when it died.
    package var time: Double?
    /// The task it is parked for, or the reason why it is dead.
    package var note: String?

    package init(id: String, raw: [UInt8], time: Double? = nil, note: String? = nil) {
        self.id = id
        self.raw = raw
        self.time = time
        self.note = note
    }
}

/// Some messages of a place.
package struct StoredPage: Sendable, Hashable {
    /// The messages.
    package var messages: [StoredMessage]
    /// What to ask for the next page with; `nil` after the last.
    package var next: String?

    package init(messages: [StoredMessage], next: String?) {
        self.messages = messages
        self.next = next
    }
}
