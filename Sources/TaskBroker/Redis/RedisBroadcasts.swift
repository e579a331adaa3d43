import CeleryProtocol
import RedisClient

extension RedisBroker {
    /// How often an entry in a table of bindings is confirmed: kombu deletes the table an hour after the last time.
    private static let bindingInterval = BindExpiringScript.lifetime / 3

    package var address: BrokerAddress {
        var address = BrokerAddress(
            transport: self.url.tls == nil ? "redis" : "rediss",
            host: "",
            port: 0,
            virtualHost: String(self.url.database),
            // A user name without a password often is one.
            user: self.url.password == nil ? nil : self.url.username,
            url: self.redactedURL,
            resultsURL: self.redactedBackendURL
        )
        switch self.url.address {
        case .tcp(let host, let port): (address.host, address.port) = (host, port)
        case .unix(let path): address.host = path
        }
        return address
    }

    package func withBroadcasts<Value: Sendable>(
        of exchange: String,
        routingKeys pattern: String?,
        boundAs queue: String?,
        _ body: (BroadcastSequence) async throws -> Value
    ) async throws -> Value {
        let database = self.url.database
        let channel = RedisKeys.fanoutChannel(exchange: exchange, routingKey: "", database: database)
        let keys = pattern.map {
            RedisKeys.fanoutChannel(exchange: exchange, routingKey: $0, database: database)
        }
        do {
            return try await self.broadcasts.withSubscription(
                to: keys == nil ? [channel] : [],
                patterns: keys.map { [$0] } ?? []
            ) { events in
                let sequence = BroadcastSequence(
                    events.map { BroadcastEvent($0, exchange: exchange, database: database) }
                )
                guard let queue else { return try await body(sequence) }
                return try await self.withBinding(of: queue, to: exchange) { try await body(sequence) }
            }
        } catch let error as RedisError {
            throw TaskBrokerError(error)
        }
    }

    /// Keeps a queue in the table of bindings of a fanout exchange while `body` runs.
    ///
    /// The table is for people who look at it; what happens to it does not concern `body`.
    private func withBinding<Value: Sendable>(
        of queue: String,
        to exchange: String,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let binding = Binding(queue: queue, exchange: .fanout(exchange), routingKey: "")
        let result = await withTaskGroup(of: Void.self, returning: Result<Value, any Error>.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try? await self.bind(binding.member, to: exchange)
                    try? await Task.sleep(for: Self.bindingInterval)
                }
            }
            let result: Result<Value, any Error>
            do {
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
            group.cancelAll()
            await group.waitForAll()
            return result
        }
        await self.unbind(binding.member, from: exchange, deleting: [])
        return try result.get()
    }

    /// Enters a queue that expires into the table of bindings of an exchange.
    func bind(_ member: String, to exchange: String) async throws(TaskBrokerError) {
        do throws(RedisError) {
            try await self.commands.evaluate(
                BindExpiringScript.script,
                keys: [RedisKeys.bindings(of: exchange), RedisKeys.bindingDeadlines],
                arguments: RESPArguments([member, exchange, String(BindExpiringScript.lifetime.inMilliseconds)])
            )
        } catch {
            throw TaskBrokerError(error)
        }
    }

    /// Removes a queue from the table of bindings, and its lists; also when the calling task is cancelled.
    ///
    /// What cannot be removed because Redis is away is left to kombu's sweep, and to the expiry of reply queues.
    func unbind(_ member: String, from exchange: String, deleting lists: [String]) async {
        var commands: [RESPCommand] = [
            ["SREM", RedisKeys.bindings(of: exchange), member],
            ["SREM", RedisKeys.permanentBindings(of: exchange), member],
        ]
        if !lists.isEmpty {
            var deletion = RESPCommand("DEL")
            for list in lists { deletion.append(list) }
            commands.append(deletion)
        }
        // The write that must not be cancelled with the task: nobody else removes what it made.
        await withoutCancellation { [commands, client = self.commands] in
            _ = try? await client.send(pipeline: commands)
        }
    }
}

extension BroadcastEvent {
    /// Translates what a subscription delivers.
    fileprivate init(_ event: RedisSubscriptionEvent, exchange: String, database: Int) {
        switch event {
        case .push(let push):
            let key = RedisKeys.routingKey(ofChannel: push.channel, exchange: exchange, database: database)
            self = .message(Broadcast(routingKey: key, payload: push.payload))
        case .dropped(let count): self = .missed(count)
        case .reconnected: self = .interrupted
        }
    }
}
