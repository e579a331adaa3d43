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
    /// What prefers this executor sends a task, and gets its result, without a change of threads, which saves a quarter of the
    /// processor time of one awaited call, and a sixth of its time (`docs/performance.md`). It shares the thread with the
    /// connections: nothing in it may block, compute for long, or wait by calling `Task.yield()` again and again, because
    /// nobody reads Redis's answers meanwhile.
    ///
    /// ```swift
    /// let total = try await withTaskExecutorPreference(app.executor) {
    ///     try await price.delay(order.id).get()
    /// }
    /// ```
    public var executor: any TaskExecutor { self.broker.executor }

    /// Keeps the connections alive while `body` runs.
    public func run<Value: Sendable>(_ body: (TaskApp) async throws -> Value) async throws -> Value {
        async let _ = self.broker.run()
        return try await body(self)
    }
}
