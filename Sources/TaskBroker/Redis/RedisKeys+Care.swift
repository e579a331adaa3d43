import CeleryProtocol

extension RedisKeys {
    /// When Python workers took what is in ``unacknowledged``: a sorted set, delivery tag → seconds.
    static let unacknowledgedTimes = "unacked_index"
    /// Who looks for what Python workers have left: a string that expires.
    static let unacknowledgedMutex = "unacked_mutex"
    /// What the names of reply queues end with.
    static let replySuffix = "." + ControlExchange.replies

    /// What a key is, as far as its name tells and somebody cares.
    enum Kind: Hashable {
        /// Of a list.
        case companion(list: String)
        /// Of messages of a list that a worker holds.
        case batch(name: String, list: String)
        /// A queue of replies.
        case replies
        /// Something that has to expire, within so many ms.
        case mortal(lifetime: Int64)
        /// A result, or the members of a group.
        case result
        /// The size of the chord of a group.
        case chordSize(group: String)
        /// The bindings of an exchange.
        case bindings
        /// Anything else.
        case other
    }

    /// What a key is.
    ///
    /// Results first: there are many.
    static func kind(of key: String) -> Kind {
        if key.hasPrefix(self.result(of: "")) { return .result }
        let groups = self.group("")
        if key.hasPrefix(groups) {
            guard key.hasSuffix(".s") else { return .result }
            return .chordSize(group: String(key.dropFirst(groups.count).dropLast(2)))
        }
        if let lifetime = self.lifetime(of: key) { return .mortal(lifetime: lifetime) }
        if key.hasSuffix(self.replySuffix) { return key.hasPrefix(self.bindingsPrefix) ? .other : .replies }
        if key.hasPrefix(self.bindingsPrefix) { return .bindings }
        if let list = self.list(ofCompanion: key) { return .companion(list: list) }
        return self.batch(ofKey: key).map { .batch(name: $0.name, list: $0.list) } ?? .other
    }

    /// How long what has to expire may stay from now on, in ms; `nil` for everything else.
    static func lifetime(of key: String) -> Int64? {
        let day: Int64 = 86_400_000
        if key.hasPrefix(self.worker("")) { return 30_000 }
        if key.hasPrefix(self.unique("")) { return day }
        if key == self.revocations { return 7 * day }
        // Kombu's `unacked_mutex_expire`.
        return key == self.unacknowledgedMutex ? 300_000 : nil
    }

    /// For how long a result stays that got no time to live: Celery's `result_expires`.
    static let resultLifetime: Int64 = 86_400_000
    /// For how long the beat of a list stays, see ``TickScript``.
    static let beatLifetime: Int64 = 3_660_000
}
