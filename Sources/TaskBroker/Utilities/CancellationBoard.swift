import Synchronization

/// Cancels single children of a task group by name.
///
/// A child of a group cannot be cancelled from outside, and an unstructured task costs twenty times as much as a child; so
/// each body runs beside a second child that ends when somebody calls ``cancel(_:)``.
final class CancellationBoard<ID: Hashable & Sendable>: Sendable {
    private let signals = Mutex<[ID: AsyncStream<Never>.Continuation]>([:])

    /// Makes `id` known, so that a cancellation that comes before its body begins is not lost.
    ///
    /// - Returns: What ``run(_:until:_:)`` needs, which has to follow.
    func enter(_ id: ID) -> AsyncStream<Never> {
        let (signal, continuation) = AsyncStream<Never>.makeStream()
        self.signals.withLock { $0[id] = continuation }
        return signal
    }

    /// Runs `body`; cancels it when ``cancel(_:)`` is called with `id`, and waits for it all the same.
    func run<Value: Sendable>(
        _ id: ID,
        until signal: AsyncStream<Never>,
        _ body: @escaping @Sendable () async -> Value
    ) async -> Value {
        defer { self.signals.withLock { $0[id] = nil } }
        return await withTaskGroup(of: Value?.self, returning: Value.self) { group in
            group.addTask { await body() }
            group.addTask {
                for await _ in signal {}
                return nil
            }
            var value: Value?
            while value == nil, let first = await group.next() {
                value = first
                group.cancelAll()
            }
            guard let value else { preconditionFailure("the body returns a value") }
            return value
        }
    }

    /// Whether there is room for one more body, by its name and by the number of those that run or are about to.
    func hasRoom(for id: ID, outOf maximum: Int) -> Bool {
        self.signals.withLock { $0[id] == nil && $0.count < maximum }
    }

    /// Cancels the bodies that run under these ids.
    func cancel(_ ids: [ID]) {
        let signals = self.signals.withLock { signals in ids.compactMap { signals[$0] } }
        for signal in signals { signal.finish() }
    }
}
