import Synchronization

/// The tables of bindings that were read within the last second.
///
/// A bulk of messages to one exchange looks at its table once. Kombu reads it for every message; a second is short enough for a
/// queue that has just been declared.
final class BindingCache: Sendable {
    private struct Entry {
        let bindings: [Binding]
        let read: ContinuousClock.Instant
    }

    private static let lifetime = Duration.seconds(1)
    /// Exchanges are few; a program that makes up names must not fill the memory.
    private static let maximumCount = 1000

    private let entries = Mutex<[String: Entry]>([:])
}

extension BindingCache {
    /// The table of an exchange, unless it is unknown or old.
    func bindings(of exchange: String, now: ContinuousClock.Instant = .now) -> [Binding]? {
        self.entries.withLock { entries in
            guard let entry = entries[exchange], entry.read.duration(to: now) < Self.lifetime else { return nil }
            return entry.bindings
        }
    }

    /// Keeps a table that has just been read.
    func store(_ bindings: [Binding], of exchange: String, now: ContinuousClock.Instant = .now) {
        self.entries.withLock { entries in
            if entries.count >= Self.maximumCount { entries.removeAll() }
            entries[exchange] = Entry(bindings: bindings, read: now)
        }
    }

    /// Forgets a table, because this process has just changed it.
    func remove(_ exchange: String) {
        self.entries.withLock { $0[exchange] = nil }
    }
}
