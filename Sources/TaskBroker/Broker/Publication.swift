/// One message on its way to the broker.
package struct Publication: Sendable, Hashable {
    /// Where it goes.
    package var destination: Destination
    /// 0 (first) to 9 (last): chooses the list of the queue.
    package var priority: Int
    /// The encoded envelope.
    package var payload: [UInt8]
    /// The key to take in the same step, if the message must be the only one under it.
    package var unique: UniqueClaim?
    /// When sending it counts as done; what a settlement sends is done with the settlement.
    package var durability: PublishDurability

    package init(
        destination: Destination,
        priority: Int = 0,
        payload: [UInt8],
        unique: UniqueClaim? = nil,
        durability: PublishDurability = .acknowledged
    ) {
        self.destination = destination
        self.priority = priority
        self.payload = payload
        self.unique = unique
        self.durability = durability
    }
}

extension Publication {
    /// A key, and the id of the task that wants it.
    package struct UniqueClaim: Sendable, Hashable {
        /// The key.
        package var key: UniqueKey
        /// The id that is stored under it.
        package var taskID: String
        /// How long sending may be tried again after a failure that leaves open whether the message has arrived: under the key,
        /// it arrives once.
        package var retryWindow: Duration

        package init(key: UniqueKey, taskID: String, retryWindow: Duration = .zero) {
            self.key = key
            self.taskID = taskID
            self.retryWindow = retryWindow
        }
    }
}

/// What became of one ``Publication``.
package enum PublishReceipt: Sendable, Hashable {
    /// It was sent.
    case sent
    /// It was not: the key belongs to the task with this id.
    case duplicate(of: String)
    /// It was not: a queue is full.
    case refused(QueueFull)
    /// It was sent, but fewer replicas than wanted have it.
    case uncertain(PublishUncertainty)

    /// The id of the task that holds the key, if it is another one.
    package var taskID: String? {
        if case .duplicate(let id) = self { id } else { nil }
    }

    /// Whether the message is in the broker.
    package var isSent: Bool {
        switch self {
        case .sent, .uncertain: true
        case .duplicate, .refused: false
        }
    }
}
