import Synchronization

/// Where a worker's loop notes how it fares, and where others read it at any time.
final class HealthBoard: Sendable {
    private struct State {
        var watch = ProgressWatch(at: .now)
        var outage: @Sendable () -> String? = { nil }
        var running: @Sendable () -> Int = { 0 }
    }

    private let state = Mutex(State())
}

extension HealthBoard {
    /// Begins with a consumer.
    func begin(outage: @escaping @Sendable () -> String?, running: @escaping @Sendable () -> Int) {
        self.state.withLock { $0 = State(outage: outage, running: running) }
    }

    /// Notes something.
    func note<Value: Sendable>(_ body: (inout ProgressWatch, ContinuousClock.Instant) -> Value) -> Value {
        self.state.withLock { body(&$0.watch, .now) }
    }

    /// How the worker of that name fares.
    func health(of node: String) -> WorkerHealth {
        let (watch, outage, running) = self.state.withLock { ($0.watch, $0.outage, $0.running) }
        let now = ContinuousClock.now
        return WorkerHealth(
            node: node,
            isLive: watch.isLive(at: now),
            reasons: watch.reasons(outage: outage(), at: now),
            running: running()
        )
    }
}
