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
        arguments: RESPArguments
    ) async throws(TaskBrokerError) -> RESPValue {
        if !self.hasRights { try await self.requireRights() }
        do throws(RedisError) {
            return try await self.commands.evaluate(script, keys: keys, arguments: arguments)
        } catch {
            if error.serverPrefix == "NOPERM" { self.state.withLock { $0.permittedConnection = nil } }
            throw TaskBrokerError(error)
        }
    }

    /// Whether everything was tried out on the connection that there is now.
    private var hasRights: Bool {
        guard let connection = self.commands.connectionNumber else { return false }
        return self.state.withLock { $0.permittedConnection } == connection
    }

    private func requireRights() async throws(TaskBrokerError) {
        let connection = self.commands.connectionNumber
        guard let domain = self.layout.domains.first else { return }
        let reply = try await self.ask { () throws(RedisError) in
            try await self.commands.evaluate(RightsScript.script, keys: [domain.absent])
        }
        let forbidden = reply.array?.compactMap(\.string) ?? []
        guard forbidden.isEmpty else { throw TaskBrokerError(self.commands.note(forbiddenInScripts: forbidden)) }
        // Of a connection that was made meanwhile nothing is known.
        self.state.withLock { $0.permittedConnection = connection }
    }
}
