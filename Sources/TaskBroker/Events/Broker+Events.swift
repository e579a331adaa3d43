import CeleryProtocol

extension Broker {
    /// Listens to events while `body` runs.
    ///
    /// - Parameters:
    ///   - types: Which types, as names or patterns such as `worker-*`; empty for all.
    ///   - exchange: The exchange of the events.
    ///   - clock: A logical clock to move past those of the events.
    ///   - body: Reads the events; whatever is published from its start on arrives.
    func withEvents<Value: Sendable>(
        _ types: [String] = [],
        exchange: String = EventMessage.defaultExchange,
        clock: LogicalClock? = nil,
        _ body: (EventSequence) async throws -> Value
    ) async throws -> Value {
        // Events about tasks travel in batches under one key, so that only those about workers can be told apart by it.
        let isAboutWorkers = !types.isEmpty && types.allSatisfy { $0.hasPrefix("worker-") }
        let patterns = types.map(GlobPattern.init)
        return try await self.withBroadcasts(of: exchange, routingKeys: isAboutWorkers ? "worker.*" : "*") {
            try await body(EventSequence($0, patterns: patterns, clock: clock))
        }
    }
}
