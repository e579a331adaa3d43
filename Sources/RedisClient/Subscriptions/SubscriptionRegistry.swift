/// Who listens to what, and what the server has been asked for: a pure value.
///
/// Scopes come and go at any time; whoever owns the connection asks for the difference, sends it, and reports the
/// answers. So there is one writer and no race between a leaving and a coming listener of the same channel.
///
/// `Listener` is where messages go; tests use names.
struct SubscriptionRegistry<Listener> {
    /// A channel or a pattern of channels.
    struct Topic: Hashable, Sendable {
        let name: String
        let isPattern: Bool
    }

    /// What to ask of the server to make it agree with the scopes.
    struct Change: Equatable {
        var subscribe: [Topic] = []
        var unsubscribe: [Topic] = []

        var isEmpty: Bool { self.subscribe.isEmpty && self.unsubscribe.isEmpty }
    }

    private struct Scope {
        let topics: Set<Topic>
        let listener: Listener
        /// What the server has not confirmed on the present connection.
        var unconfirmed: Set<Topic>
        var wasComplete = false
    }

    private var scopes: [UInt64: Scope] = [:]
    private var members: [Topic: Set<UInt64>] = [:]
    /// What the server was asked for on the present connection, confirmed or not.
    private var requested: Set<Topic> = []
    private var confirmed: Set<Topic> = []
    /// The topics that may differ between ``members`` and ``requested``.
    private var dirty: Set<Topic> = []
}

// MARK: - Scopes

extension SubscriptionRegistry {
    /// Adds a scope.
    ///
    /// - Returns: Whether the server sends all of its topics already.
    mutating func add(_ id: UInt64, topics: Set<Topic>, listener: Listener) -> Bool {
        let unconfirmed = topics.subtracting(self.confirmed)
        self.scopes[id] = Scope(
            topics: topics,
            listener: listener,
            unconfirmed: unconfirmed,
            wasComplete: unconfirmed.isEmpty
        )
        for topic in topics {
            self.members[topic, default: []].insert(id)
            if !self.requested.contains(topic) { self.dirty.insert(topic) }
        }
        return unconfirmed.isEmpty
    }

    /// Removes a scope, if it is there.
    ///
    /// - Returns: Its listener.
    @discardableResult
    mutating func remove(_ id: UInt64) -> Listener? {
        guard let scope = self.scopes.removeValue(forKey: id) else { return nil }
        for topic in scope.topics {
            self.members[topic]?.remove(id)
            guard self.members[topic]?.isEmpty == true else { continue }
            self.members[topic] = nil
            self.dirty.insert(topic)
        }
        return scope.listener
    }

    /// The listeners of a topic.
    func listeners(of topic: Topic) -> [Listener] {
        self.members[topic]?.compactMap { self.scopes[$0]?.listener } ?? []
    }
}

// MARK: - Connection

extension SubscriptionRegistry {
    /// Starts over with a server that knows nothing yet.
    mutating func connect() {
        self.requested = []
        self.confirmed = []
        self.dirty = Set(self.members.keys)
        for (id, scope) in self.scopes { self.scopes[id]?.unconfirmed = scope.topics }
    }

    /// What to send now; counted as sent when this returns.
    mutating func takeChange() -> Change {
        var change = Change()
        for topic in self.dirty {
            let isWanted = self.members[topic] != nil
            if isWanted, self.requested.insert(topic).inserted {
                change.subscribe.append(topic)
            } else if !isWanted, self.requested.remove(topic) != nil {
                self.confirmed.remove(topic)
                change.unsubscribe.append(topic)
            }
        }
        self.dirty = []
        return change
    }

    /// Scopes whose topics are all confirmed with this one.
    struct Completion {
        /// Those that are complete for the first time, by id.
        var first: [UInt64] = []
        /// The listeners of those that are complete again, after a reconnection.
        var again: [Listener] = []
    }

    /// Notes that the server sends a topic from now on.
    mutating func confirm(_ topic: Topic) -> Completion {
        var completion = Completion()
        self.confirmed.insert(topic)
        for id in self.members[topic] ?? [] {
            guard var scope = self.scopes[id], scope.unconfirmed.remove(topic) != nil else { continue }
            if scope.unconfirmed.isEmpty {
                if scope.wasComplete { completion.again.append(scope.listener) } else { completion.first.append(id) }
                scope.wasComplete = true
            }
            self.scopes[id] = scope
        }
        return completion
    }

    /// Removes all scopes that want a topic which the server refuses, and returns them.
    mutating func refuse(_ topic: Topic) -> [(id: UInt64, listener: Listener)] {
        self.requested.remove(topic)
        return (self.members[topic] ?? []).compactMap { id in self.remove(id).map { (id, $0) } }
    }
}
