import Subprocess

/// A `redis-server` of our own: it serves this process and those that it starts, and ends with it.
struct PrivateRedis: Sendable {
    /// How programs of any kind reach it: a port of this machine only.
    let url: String
    /// Where its data, its log and its unix socket `redis.sock` are.
    let directory: String

    /// Runs a server while `body` does.
    ///
    /// - Parameter directory: Where its data is kept; `nil` for a temporary directory, which is deleted in the end.
    /// - Throws: ``CommandError`` if the server is not installed or does not start.
    static func run<Value: Sendable>(
        in directory: String?,
        _ body: @escaping @Sendable (PrivateRedis) async throws -> Value
    ) async throws -> Value {
        try await self.requireProgram()
        for _ in 1...Self.attempts {
            let launch = Launch(port: Int.random(in: 20_000...59_999), directory: directory)
            if let value = try await launch.run(body) { return value }
        }
        throw CommandError(.unavailable, "No free port was found for a private redis-server on 127.0.0.1.")
    }

    /// How many ports are tried: they are drawn at random, and may be taken.
    private static let attempts = 8

    private static func requireProgram() async throws(CommandError) {
        do {
            _ = try await Executable.name("redis-server").resolveExecutablePath(in: .inherit)
        } catch {
            throw CommandError(
                .configuration,
                "redis-server is not installed, or not in PATH.",
                advice: """
                    Install it (Debian, Ubuntu: apt install redis-server; macOS: brew install redis), or use a Redis that \
                    runs already: set TASKBROKER_URL.
                    """
            )
        }
    }
}
