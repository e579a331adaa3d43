import RedisClient
import Synchronization

extension RedisConsumer {
    /// Runs a script that moves messages, if every command in it is allowed.
    ///
    /// Tried out once for each connection, and again after a refusal: Redis does not roll back a script that it stops in the middle. A right that
    /// is taken away from a connection in use is noticed by the script that misses it.
    ///
    /// - Throws: ``TaskBrokerError/Code/notPermitted`` with the names of the commands that are missing.
    func evaluateSafely(
        _ script: RedisScript,
        keys: RESPArguments,
        arguments: RESPArguments,
        over client: RedisClient? = nil
    ) async throws(TaskBrokerError) -> RESPValue {
        if !self.hasRights { try await self.requireRights() }
        do throws(RedisError) {
            return try await (client ?? self.commands).evaluate(script, keys: keys, arguments: arguments)
        } catch {
            throw self.noting(error)
        }
    }

    /// Runs a script that moves messages, and reads the list that it moves them to.
    func evaluateSafely(
        _ script: RedisScript,
        keys: RESPArguments,
        arguments: RESPArguments,
        reading list: String
    ) async throws(TaskBrokerError) -> (answer: RESPValue, read: RESPValue) {
        if !self.hasRights { try await self.requireRights() }
        do throws(RedisError) {
            let reply = try await self.commands.evaluate(
                script,
                keys: keys,
                arguments: arguments,
                reading: ["LRANGE", list, "0", "-1"]
            )
            if let message = reply.read.errorMessage { _ = self.noting(RedisError(reply: message)) }
            return reply
        } catch {
            throw self.noting(error)
        }
    }

    private func noting(_ error: RedisError) -> TaskBrokerError {
        if error.isRefusedRight { self.state.withLock { $0.permittedConnection = nil } }
        return TaskBrokerError(error)
    }

    /// Whether everything was tried out on the connection that there is now.
    private var hasRights: Bool {
        guard let connection = self.commands.connectionNumber else { return false }
        return self.state.withLock { $0.permittedConnection } == connection
    }

    private func requireRights() async throws(TaskBrokerError) {
        let connection = self.commands.connectionNumber
        let domains = self.layout.domains
        guard let first = domains.first else { return }
        // Redis looks at rights for keys before the script runs.
        let keys = [first.absent] + domains.map(\.absentBatch)
        let reply = try await self.ask { () throws(RedisError) in
            try await self.commands.evaluate(RightsScript.script, keys: keys)
        }
        var forbidden = reply.array?.compactMap(\.string) ?? []
        let count = forbidden.count
        // Only faster than what is done without it, and forbidden to whom `@dangerous` is.
        forbidden.removeAll { $0 == "SORT" }
        let mayMove = forbidden.count == count
        guard forbidden.isEmpty else { throw TaskBrokerError(self.commands.note(forbiddenInScripts: forbidden)) }
        // Of a connection that was made meanwhile nothing is known.
        self.state.withLock { state in
            state.permittedConnection = connection
            state.mayMove = mayMove
        }
    }
}
