import RedisClient

/// Looks up where publications go: Redis has no exchanges, so the producer does what a broker would.
struct RedisPublisher: Sendable {
    let client: RedisClient
    /// For those who wait for replicas.
    let replicated: ReplicatedConnection
    private let database: Int
    private let cache: BindingCache

    init(client: RedisClient, replicated: ReplicatedConnection) {
        self.client = client
        self.replicated = replicated
        self.database = client.configuration.url.database
        self.cache = BindingCache()
    }
}

extension RedisPublisher {
    /// Finds the places of publications; a message that no binding matches has none.
    func resolve(_ publications: [Publication]) async throws(TaskBrokerError) -> [RedisPublication] {
        var resolved: [RedisPublication] = []
        resolved.reserveCapacity(publications.count)
        // Those that are sent together mostly go the same way.
        var way: (destination: Destination, priority: Int, targets: [RedisPublication.Target])?
        for publication in publications {
            let targets =
                if let way, way.destination.isSpelt(like: publication.destination), way.priority == publication.priority
                {
                    way.targets
                } else {
                    try await self.targets(of: publication)
                }
            way = (publication.destination, publication.priority, targets)
            resolved.append(
                RedisPublication(targets: targets, payload: publication.payload, unique: publication.unique)
            )
        }
        return resolved
    }

    /// Writes the bindings of queues as kombu's `Channel._queue_bind` does, in one pipeline.
    func declare(_ queues: [Queue]) async throws(TaskBrokerError) {
        var commands: [RESPCommand] = []
        for queue in queues {
            for binding in queue.bindings {
                commands.append(["SADD", RedisKeys.bindings(of: queue.exchange.name), binding.member])
                commands.append(["SADD", RedisKeys.permanentBindings(of: queue.exchange.name), binding.member])
                self.cache.remove(queue.exchange.name)
            }
        }
        do throws(RedisError) {
            try await self.client.sendChecked(commands)
        } catch {
            throw TaskBrokerError(error, isPublishing: true)
        }
    }

    private func targets(of publication: Publication) async throws(TaskBrokerError) -> [RedisPublication.Target] {
        let step = Priority.step(for: publication.priority)
        switch publication.destination {
        case .queue(let queue):
            return [.list(Priority.list(queue: queue, step: step))]
        case .exchange(let exchange, let routingKey) where exchange.kind == .fanout:
            let channel = RedisKeys.fanoutChannel(
                exchange: exchange.name,
                routingKey: routingKey,
                database: self.database
            )
            return [.channel(channel)]
        case .exchange(let exchange, let routingKey) where exchange.name.isEmpty:
            return [.list(Priority.list(queue: routingKey, step: step))]
        case .exchange(let exchange, let routingKey):
            let queues = try await self.bindings(of: exchange.name).queues(matching: routingKey)
            return queues.map { .list(Priority.list(queue: $0, step: step)) }
        }
    }

    private func bindings(of exchange: String) async throws(TaskBrokerError) -> [Binding] {
        if let bindings = self.cache.bindings(of: exchange) { return bindings }
        do throws(RedisError) {
            let members = try await self.client.send(["SMEMBERS", RedisKeys.bindings(of: exchange)]).array ?? []
            let bindings = members.compactMap { $0.string.flatMap(Binding.init(member:)) }
            self.cache.store(bindings, of: exchange)
            return bindings
        } catch {
            throw TaskBrokerError(error, isPublishing: true)
        }
    }
}
