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

    package init(destination: Destination, priority: Int = 0, payload: [UInt8], unique: UniqueClaim? = nil) {
        self.destination = destination
        self.priority = priority
        self.payload = payload
        self.unique = unique
    }
}

extension Publication {
    /// A key, and the id of the task that wants it.
    package struct UniqueClaim: Sendable, Hashable {
        /// The key.
        package var key: UniqueKey
        /// The id that is stored under it.
        package var taskID: String

        package init(key: UniqueKey, taskID: String) {
            self.key = key
            self.taskID = taskID
        }
    }
}

/// What became of one ``Publication``.
package enum PublishReceipt: Sendable, Hashable {
    /// It was sent.
    case sent
    /// It was not: the key belongs to the task with this id.
    case duplicate(of: String)

    /// The id of the task that holds the key, if it is another one.
    package var taskID: String? {
        switch self {
        case .sent: nil
        case .duplicate(let id): id
        }
    }
}
