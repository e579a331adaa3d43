/// What lies in and beside a list, key by key, at one moment.
package struct ListSurvey: Sendable, Hashable {
    /// A key.
    package struct Entry: Sendable, Hashable {
        /// Its name.
        package var key: String
        /// What it is for.
        package var role: Role
        /// Its type as Redis names it; `none` if it does not exist.
        package var type: String
        /// The type that it should have.
        package var expectedType: String
        /// How many ms it will exist; `nil` if it stays.
        package var timeToLive: Int64?

        package init(key: String, role: Role, type: String, expectedType: String, timeToLive: Int64?) {
            self.key = key
            self.role = role
            self.type = type
            self.expectedType = expectedType
            self.timeToLive = timeToLive
        }
    }

    /// What a key is for.
    package enum Role: Sendable, Hashable {
        /// The list itself.
        case list
        /// Anything beside it that has to stay.
        case companion
        /// The one thing beside it that has to go: when somebody last looked for lost leases.
        case beat
    }

    /// The list.
    package var list: String
    /// The keys.
    package var entries: [Entry]

    package init(list: String, entries: [Entry]) {
        self.list = list
        self.entries = entries
    }
}

extension ListSurvey {
    /// What looks wrong with the keys as such: types and times to live (I9).
    package var suspicions: [Suspicion] {
        self.entries.compactMap { entry in
            guard entry.type != "none" else { return nil }
            func suspicion(_ kind: Damage.Kind, _ detail: String? = nil) -> Suspicion {
                Suspicion(kind, key: entry.key, list: self.list, detail: detail)
            }
            if entry.type != entry.expectedType {
                return suspicion(.wrongType, "is a \(entry.type), should be a \(entry.expectedType)")
            }
            switch (entry.role, entry.timeToLive) {
            case (.list, let left?): return suspicion(.expiringQueue, "in \(left / 1000) s")
            case (.companion, let left?): return suspicion(.expiringCompanion, "in \(left / 1000) s")
            case (.beat, nil): return suspicion(.immortalKey)
            case (.list, nil), (.companion, nil), (.beat, _): return nil
            }
        }
    }

    /// Whether there is anything beside the list.
    package var hasCompanions: Bool { self.entries.contains { $0.role == .companion && $0.type != "none" } }
}
