import RedisClient

extension RedisClient {
    /// Sends commands in one write and returns their replies, or throws the first error among them.
    @discardableResult
    func sendChecked(_ commands: [RESPCommand]) async throws(RedisError) -> [RESPValue] {
        let replies = try await self.send(pipeline: commands)
        for reply in replies {
            if let message = reply.errorMessage { throw RedisError(reply: message) }
        }
        return replies
    }

    /// Runs a script many times in one write and returns the replies, or throws the first error among them.
    ///
    /// A server that does not know the script learns it from the first call, which then is made again, as are those after it.
    func evaluate(
        _ script: RedisScript,
        _ calls: [(keys: [String], arguments: RESPArguments)]
    ) async throws(RedisError) -> [RESPValue] {
        let commands = calls.map { script.command(keys: $0.keys, arguments: $0.arguments) }
        var replies = try await self.send(pipeline: commands)
        for (index, reply) in replies.enumerated() {
            guard let message = reply.errorMessage else { continue }
            guard message.hasPrefix("NOSCRIPT") else { throw RedisError(reply: message) }
            replies[index] = try await self.evaluate(script, keys: calls[index].keys, arguments: calls[index].arguments)
        }
        return replies
    }
}
