/// What looks like damage, seen while others go on writing; whether it is, one look at everything at once tells.
package struct Suspicion: Sendable, Hashable {
    /// What it would be.
    package var kind: Damage.Kind
    /// The key.
    package var key: String
    /// The entry of the key.
    package var id: String?
    /// The list that the key belongs to.
    package var list: String?
    /// Where the entry is, for those that lie in two keys.
    package var place: StoredPair?
    /// What was seen.
    package var detail: String?

    package init(
        _ kind: Damage.Kind,
        key: String,
        id: String? = nil,
        list: String? = nil,
        place: StoredPair? = nil,
        detail: String? = nil
    ) {
        self.kind = kind
        self.key = key
        self.id = id
        self.list = list
        self.place = place
        self.detail = detail
    }
}

/// Two keys that have the same entries: the messages, and for each a time.
package enum StoredPair: Sendable, Hashable, CaseIterable {
    /// Messages with workers, and the ends of their leases.
    case claims
    /// Delayed messages, and when they are due.
    case delayed
    /// Dead letters, and since when they are.
    case dead
    /// Messages with Python workers, and since when they are; the pair does not belong to a list.
    case unacknowledged
}

extension StoredPair {
    /// The pairs of every list.
    package static let ofLists: [StoredPair] = [.claims, .delayed, .dead]

    /// What an entry without its message is.
    package var withoutMessage: Damage.Kind { self == .unacknowledged ? .lostUnacknowledged : .lostMessage }

    /// What a message without its entry is.
    package var withoutTime: Damage.Kind {
        switch self {
        case .claims: .claimWithoutLease
        case .delayed: .unscheduledMessage
        case .dead: .unlistedDeadLetter
        case .unacknowledged: .unacknowledgedWithoutTime
        }
    }
}
