package import CeleryProtocol

/// Sends commands to workers, of ours and of Celery, and collects their answers.
package struct ControlClient: Sendable {
    let broker: any Broker
    let logicalClock: LogicalClock
    private let key: ControlKey?
    private let clock: @Sendable () -> Timestamp

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - broker: Where the workers are.
    ///   - logicalClock: The clock of this process.
    ///   - key: What requests are signed with.
    ///   - clock: What time it is.
    package init(
        broker: any Broker,
        logicalClock: LogicalClock,
        key: ControlKey? = nil,
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.broker = broker
        self.logicalClock = logicalClock
        self.key = key
        self.clock = clock
    }
}

extension ControlClient {
    /// Whether what it sends is signed.
    var hasKey: Bool { self.key != nil }

    /// More workers than this do not answer one request.
    private static let maximumReplies = 10_000

    /// Sends a command and collects what workers answer, by node name.
    ///
    /// Ends when every worker that is named has answered, or `limit` have, else when the time is up.
    ///
    /// - Throws: ``TaskBrokerError``; no answer at all is an empty dictionary.
    package func ask(
        _ method: String,
        arguments: [String: JSONValue] = [:],
        destinations: [String] = [],
        pattern: String? = nil,
        timeout: Duration = .seconds(1),
        limit: Int? = nil
    ) async throws -> [String: JSONValue] {
        let address = ReplyAddress()
        var request = self.request(method, arguments, destinations, pattern)
        request.ticket = Identifier.uuid4()
        request.replyTo = address
        request.expires = Double(self.clock().adding(timeout).microseconds) / 1e6
        let ticket = request.ticket
        let payload = self.sealed(request)
        let named = destinations.isEmpty ? Self.maximumReplies : Set(destinations).count
        let wanted = min(limit ?? named, Self.maximumReplies)
        return try await self.broker.withReplies(to: address) { receiver in
            try await self.broker.broadcast(payload, to: ControlExchange.requests)
            let deadline = ContinuousClock.now + timeout
            var answers: [String: JSONValue] = [:]
            while answers.count < wanted, let raw = try await receiver.next(before: deadline) {
                // Whatever else was pushed to the queue is not for us.
                guard let reply = try? ControlReply(decoding: raw), reply.ticket == ticket else { continue }
                self.logicalClock.adjust(to: reply.clock)
                answers.merge(reply.values) { $1 }
            }
            return answers
        }
    }

    /// Sends a command and waits for nothing; nobody learns whether it was heard.
    package func tell(
        _ method: String,
        arguments: [String: JSONValue] = [:],
        destinations: [String] = [],
        pattern: String? = nil
    ) async throws {
        let request = self.request(method, arguments, destinations, pattern)
        try await self.broker.broadcast(self.sealed(request), to: ControlExchange.requests)
    }

    private func request(
        _ method: String,
        _ arguments: [String: JSONValue],
        _ destinations: [String],
        _ pattern: String?
    ) -> ControlRequest {
        ControlRequest(
            method,
            arguments: arguments,
            destination: destinations,
            pattern: pattern,
            matcher: pattern.map { _ in "glob" },
            clock: self.logicalClock.forward()
        )
    }

    /// The request on the wire, signed if there is a key.
    private func sealed(_ request: ControlRequest) -> [UInt8] {
        var request = request
        request.signature = self.key?.sign(request, at: self.clock().microseconds / 1_000_000)
        return request.encoded()
    }
}
