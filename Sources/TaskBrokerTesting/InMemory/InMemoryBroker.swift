import CeleryProtocol
import Synchronization
import TaskBroker

/// A broker and a result backend in memory, for tests.
///
/// It keeps the promises of the one on Redis (`docs/architecture.md` §12) except that nothing outlives the process. All it knows is one
/// ``InMemoryState`` behind a lock; those who wait are told after the lock is released.
final class InMemoryBroker: Sendable {
    private let shared: Mutex<Shared>

    /// Creates a broker without queues and results.
    init(clock: VirtualClock = VirtualClock()) {
        self.shared = Mutex(Shared(state: InMemoryState(clock: clock)))
    }
}

// MARK: Change and look

extension InMemoryBroker {
    /// Looks at what the broker knows.
    func look<Value: Sendable>(_ body: (InMemoryState) -> Value) -> Value {
        self.shared.withLock { body($0.state) }
    }

    /// What time it is.
    var now: Timestamp { self.look(\.clock.now) }

    /// Makes one atomic step and tells those who wait what came of it.
    @discardableResult
    func change<Value: Sendable>(_ body: (inout InMemoryState) -> Value) -> Value {
        self.changeShared { body(&$0.state) }
    }

    /// Makes one atomic step, also in who listens, and tells those who wait what came of it.
    @discardableResult
    func changeShared<Value: Sendable>(_ body: (inout Shared) -> Value) -> Value {
        let (value, signals) = self.shared.withLock { shared in
            let value = body(&shared)
            shared.state.wake()
            return (value, shared.takeSignals())
        }
        for signal in signals { signal.send() }
        return value
    }
}

// MARK: Wait

extension InMemoryBroker {
    /// Waits until there is something to claim for a consumer, or the task is cancelled.
    func waitForWork(_ number: Int) async {
        let (bell, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.changeShared { shared in
            shared.bells[number] = continuation
            shared.state.listening.insert(number)
        }
        for await _ in bell { break }
        self.changeShared { shared in
            shared.bells[number] = nil
            shared.state.listening.remove(number)
        }
    }

    /// Runs `body` with the results of tasks that are stored while it runs.
    func withSubscription<Value>(
        to taskIDs: Set<String>,
        _ body: (ResultUpdates) async throws -> Value
    ) async rethrows -> Value {
        let (updates, continuation) = AsyncStream<ResultUpdate>.makeStream()
        let number = self.changeShared { shared in
            let number = shared.state.makeNumber()
            shared.state.subscriptions[number] = taskIDs
            shared.updates[number] = continuation
            return number
        }
        defer {
            self.changeShared { shared in
                shared.state.subscriptions[number] = nil
                shared.updates[number] = nil
            }
            continuation.finish()
        }
        return try await body(ResultUpdates(updates))
    }
}
