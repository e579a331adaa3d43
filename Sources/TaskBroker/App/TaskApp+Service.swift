public import ServiceLifecycle

extension TaskApp: Service {
    /// Keeps the connections alive until the service group shuts down or the task is cancelled.
    ///
    /// Put the app before its workers in a `ServiceGroup`: services stop in reverse order, and a worker needs its connections
    /// to the end.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.broker.run() }
    }

    /// Where the broker's answers arrive.
    ///
    /// What prefers this executor sends a task, and gets its result, without a change of threads: half of the time that one awaited
    /// task costs, and of its latency (`docs/performance.md`). It shares the thread with the connections, so nothing in it may block.
    ///
    /// ```swift
    /// try await withTaskExecutorPreference(app.executor) {
    ///     for order in orders { try await invoice.delay(order.id) }
    /// }
    /// ```
    public var executor: any TaskExecutor { self.broker.executor }

    /// Keeps the connections alive while `body` runs.
    public func run<Value: Sendable>(_ body: (TaskApp) async throws -> Value) async throws -> Value {
        async let _ = self.broker.run()
        return try await body(self)
    }
}
