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
        let registry = WorkerRegistry(client: self.commands)
        try await self.ask { () throws(RedisError) in try await registry.withdraw(self.configuration.node) }
    }
}
