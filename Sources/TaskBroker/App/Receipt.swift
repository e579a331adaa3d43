import Synchronization

/// Carries the id of what was sent out of a chain of middleware, which returns nothing.
final class Receipt: Sendable {
    private let stored = Mutex<String?>(nil)

    var id: String? { self.stored.withLock { $0 } }

    func store(_ id: String) {
        self.stored.withLock { $0 = id }
    }
}
