import Synchronization

/// Something that happens once, and that one task waits for.
struct Event: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() {
        (self.stream, self.continuation) = AsyncStream<Never>.makeStream()
    }

    func happen() {
        self.continuation.finish()
    }

    /// Waits until it happens, or the waiting task is cancelled.
    func wait() async {
        for await _ in self.stream {}
    }
}

/// What was noted, in the order of its happening.
final class Journal<Entry: Sendable>: Sendable {
    private let stored = Mutex<[Entry]>([])

    var entries: [Entry] { self.stored.withLock { $0 } }

    func note(_ entry: Entry) {
        self.stored.withLock { $0.append(entry) }
    }
}
