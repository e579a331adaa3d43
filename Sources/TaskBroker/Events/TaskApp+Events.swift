extension TaskApp {
    /// Listens to what workers and producers tell about themselves and their tasks while `body` runs.
    ///
    /// ```swift
    /// try await app.withEvents(["task-failed"]) { events in
    ///     for await event in events { print(event.hostname, event.taskID ?? "", event.fields) }
    /// }
    /// ```
    ///
    /// Events of Swift and of Python workers arrive alike; those about tasks only from workers that send them (`-E`).
    ///
    /// - Parameters:
    ///   - types: Which types, as names or patterns such as `worker-*`; empty for all.
    ///   - body: Reads the events; whatever is published from its start on arrives.
    public func withEvents<Value: Sendable>(
        _ types: [String] = [],
        body: (EventSequence) async throws -> Value
    ) async throws -> Value {
        try await self.broker.withEvents(types, body)
    }
}
