package import CeleryProtocol
import RedisClient

/// Results in Redis, as Celery keeps them: one string a task, announced on a channel of the same name.
package struct RedisResultBackend: ResultBackend {
    let client: RedisClient
    let subscriber: RedisSubscriber

    init(client: RedisClient, subscriber: RedisSubscriber) {
        self.client = client
        self.subscriber = subscriber
    }
}

extension RedisResultBackend {
    /// Asks with one `MGET` for every thousand tasks.
    ///
    /// A document that nobody can read counts as none.
    package func results(of taskIDs: [String]) async throws(TaskBrokerError) -> [ResultDocument?] {
        var documents: [ResultDocument?] = []
        documents.reserveCapacity(taskIDs.count)
        var rest = taskIDs[...]
        while !rest.isEmpty {
            let batch = rest.prefix(1000)
            rest = rest.dropFirst(batch.count)
            var command = RESPCommand("MGET")
            for taskID in batch { command.append(RedisKeys.result(of: taskID)) }
            let values = try await self.send([command]).first?.array ?? []
            guard values.count == batch.count else {
                throw TaskBrokerError(.brokerUnavailable, "Redis answered MGET with a wrong number of values.")
            }
            documents += values.map { $0.bytes.flatMap(Self.document) }
        }
        return documents
    }

    /// Stores and announces each result unless a `SUCCESS` is stored, in one pipeline.
    package func store(_ writes: [ResultWrite]) async throws(TaskBrokerError) {
        guard !writes.isEmpty else { return }
        do throws(RedisError) {
            _ = try await self.client.evaluate(
                StoreScript.script,
                writes.map { (keys: [RedisKeys.result(of: $0.taskID)], arguments: StoreScript.arguments(for: $0)) }
            )
        } catch {
            throw TaskBrokerError(error)
        }
    }

    /// Deletes with one `DEL` for every task, in one pipeline.
    package func forget(_ taskIDs: [String]) async throws(TaskBrokerError) {
        _ = try await self.send(taskIDs.map { ["DEL", RedisKeys.result(of: $0)] })
    }

    func send(_ commands: [RESPCommand]) async throws(TaskBrokerError) -> [RESPValue] {
        do throws(RedisError) {
            return try await self.client.sendChecked(commands)
        } catch {
            throw TaskBrokerError(error)
        }
    }

    static func document(_ bytes: [UInt8]) -> ResultDocument? {
        do {
            return try ResultDocument(decoding: bytes)
        } catch {
            return nil
        }
    }
}
