extension Inspector {
    /// Listens to what workers and producers tell about themselves and their tasks while `body` runs.
    ///
    /// ```swift
    /// try await app.inspector.withEvents(["task-failed"]) { events in
    ///     for await event in events { print(event.hostname, event.taskID ?? "", event.fields) }
    /// }
    /// ```
    ///
    /// Events of Swift and of Python workers arrive alike; those about tasks only from workers that send them: with `-E`, or
    /// after `broadcast("enable_events")`. ``ClusterState`` makes a picture of the fleet from them.
    ///
    /// - Parameters:
    ///   - types: Which types, as names or patterns such as `worker-*`; empty for all.
    ///   - body: Reads the events; whatever is published from its start on arrives.
    public func withEvents<Value: Sendable>(
        _ types: [String] = [],
        body: (EventSequence) async throws -> Value
    ) async throws -> Value {
        let client = try self.controlClient()
        return try await client.broker.withEvents(types, exchange: self.eventExchange, clock: client.logicalClock, body)
    }
}
