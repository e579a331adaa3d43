import RedisClient
import Synchronization

extension RedisConsumer {
    func announce(_ record: WorkerRecord) async throws(TaskBrokerError) {
        let registry = WorkerRegistry(client: self.commands)
        var record = record
        record.node = self.configuration.node
        record.nonce = self.nonce
        let isRegistering = self.state.withLock { $0.isRegistrationDue() }
        try await self.ask { () throws(RedisError) in
            try await registry.announce(record)
            if isRegistering { try await registry.register(record.node) }
        }
    }

    func withdraw() async throws(TaskBrokerError) {
        // Its failure must not keep the worker on the list.
        try? await self.endWaiting()
        let registry = WorkerRegistry(client: self.commands)
        try await self.ask { () throws(RedisError) in try await registry.withdraw(self.configuration.node) }
    }

    /// The ids of delayed messages are those of the claims that put them aside, so that every worker tells of its own and none is
    /// told of twice.
    func putAside(limit: Int, maximumBytes: Int) async throws(TaskBrokerError) -> [DelayedDelivery] {
        let domains = self.layout.domains
        let looks = domains.map { domain in
            ["ZRANGE", domain.eta, "0", "\(Self.maximumLook - 1)"] as RESPCommand
        }
        let replies = try await self.ask { () throws(RedisError) in try await self.commands.sendChecked(looks) }
        var deliveries: [DelayedDelivery] = []
        var rest = maximumBytes
        for (domain, reply) in zip(domains, replies) {
            let own = (reply.array ?? []).compactMap(\.string).filter { $0.hasPrefix(self.nonce + ":") }.prefix(limit)
            guard !own.isEmpty else { continue }
            // The sizes first: a list of large messages would be fetched only to be thrown away.
            let questions = own.map { ["HSTRLEN", domain.etam, $0] as RESPCommand }
            let sizes = try await self.ask { () throws(RedisError) in try await self.commands.sendChecked(questions) }
            var command: RESPCommand = ["HMGET", domain.etam]
            for (id, size) in zip(own, sizes) {
                guard let size = size.integer, size > 0, size <= rest else { continue }
                rest -= Int(size)
                command.append(id)
            }
            guard command.arguments.count > 2 else { continue }
            let get = command
            let messages = try await self.ask { () throws(RedisError) in try await self.commands.sendChecked([get]) }
            deliveries += (messages.first?.array ?? []).compactMap(\.bytes).map {
                DelayedDelivery(raw: $0, queue: domain.queue)
            }
        }
        return deliveries
    }

    /// How many delayed messages of a list are looked at: those that are due first.
    private static let maximumLook = 1000
}
