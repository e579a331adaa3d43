public import CeleryProtocol

extension Inspector {
    /// Which workers are there, and what each says: `{"ok": "pong"}`.
    ///
    /// - Parameters:
    ///   - destinations: Node names; all workers when it is empty.
    ///   - timeout: How long to wait. With destinations it ends as soon as all have answered.
    public func ping(destinations: [String] = [], timeout: Duration = .seconds(1)) async throws -> [String: JSONValue] {
        try await self.controlClient().ask("ping", destinations: destinations, timeout: timeout)
    }

    /// Sends a command to workers, of ours or of Celery, and collects their answers.
    ///
    /// For commands that look and commands that change alike. A worker that cannot or may not answers `{"error": …}`.
    ///
    /// - Parameters:
    ///   - method: The name of the command: `active`, `stats`, `rate_limit`.
    ///   - arguments: Its keyword arguments.
    ///   - destinations: Node names; all workers when it is empty.
    ///   - pattern: A glob that node names must match, when there are no destinations.
    ///   - timeout: How long to wait.
    ///   - limit: After how many answers to stop waiting; when absent, after one from each destination.
    /// - Returns: The answers, sorted by node name; none if nobody answers.
    public func ask(
        _ method: String,
        arguments: [String: JSONValue] = [:],
        destinations: [String] = [],
        pattern: String? = nil,
        timeout: Duration = .seconds(1),
        limit: Int? = nil
    ) async throws -> [(node: String, answer: JSONValue)] {
        try await self.controlClient()
            .ask(
                method,
                arguments: arguments,
                destinations: destinations,
                pattern: pattern,
                timeout: timeout,
                limit: limit
            )
            .sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    /// Sends a command to workers and waits for nothing.
    ///
    /// What comes of it is not known: a worker that does not listen at the moment never hears of it.
    public func broadcast(
        _ method: String,
        arguments: [String: JSONValue] = [:],
        destinations: [String] = [],
        pattern: String? = nil
    ) async throws {
        try await self.controlClient()
            .tell(method, arguments: arguments, destinations: destinations, pattern: pattern)
    }

    func controlClient() throws(TaskBrokerError) -> ControlClient {
        guard let client = self.control else {
            throw TaskBrokerError(.invalidConfiguration, "This inspector has no broker to send commands to.")
        }
        return client
    }
}
