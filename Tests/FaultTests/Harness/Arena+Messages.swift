import RedisClient
import TestSupport

extension RedisServer {
    /// Whether any of some keys exists.
    func exists(_ keys: [String]) async throws -> Bool {
        for key in keys where try await self.cli("EXISTS", key) == "1" { return true }
        return false
    }
}

extension Arena {
    private func withRedis<Result: Sendable>(_ body: (RedisClient) async throws -> Result) async throws -> Result {
        let client = RedisClient(RedisConfiguration(url: try RedisURL(self.server.url)), logger: self.logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            defer { group.cancelAll() }
            return try await body(client)
        }
    }

    /// Puts raw messages into a list, as a producer does.
    func push(_ messages: [[UInt8]], to queue: String) async throws {
        try await self.withRedis { client in
            let commands = messages.map { message in
                var command: RESPCommand = ["LPUSH", queue]
                command.append(message)
                return command
            }
            _ = try await client.send(pipeline: commands)
        }
    }

    /// The raw messages of a list.
    func messages(in queue: String) async throws -> [[UInt8]] {
        try await self.withRedis { client in
            try await client.send(["LRANGE", queue, "0", "-1"]).array?.compactMap(\.bytes) ?? []
        }
    }

    /// The raw messages in some companions of a list; of dead letters, without the reason.
    func companions(_ names: [String], of queue: String) async throws -> Set<[UInt8]> {
        try await self.withRedis { client in
            var result: Set<[UInt8]> = []
            for name in names {
                let key = "{\(queue)}:tb:\(queue):\(name)"
                let values = try await client.send(["HVALS", key]).array?.compactMap(\.bytes) ?? []
                result.formUnion(
                    values.map { name == "deadm" ? Array($0.drop { $0 != UInt8(ascii: "\n") }.dropFirst()) : $0 }
                )
            }
            return result
        }
    }
}
