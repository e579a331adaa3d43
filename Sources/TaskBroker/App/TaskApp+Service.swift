public import ServiceLifecycle

extension TaskApp: Service {
    /// Keeps the connections alive until the service group shuts down or the task is cancelled.
    ///
    /// Put the app before its workers in a `ServiceGroup`: services stop in reverse order, and a worker needs its connections
    /// to the end.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.broker.run() }
    }

    /// Keeps the connections alive while `body` runs.
    public func run<Value: Sendable>(_ body: (TaskApp) async throws -> Value) async throws -> Value {
        async let _ = self.broker.run()
        return try await body(self)
    }
}
