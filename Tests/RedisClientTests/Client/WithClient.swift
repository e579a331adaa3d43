import Logging
import TestSupport
import Testing

@testable import RedisClient

/// Runs `body` with a client that runs, and stops it afterwards.
func withClient<Result: Sendable>(
    _ url: String? = nil,
    configure: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    let url = try url ?? #require(RedisServer.current).url
    var configuration = RedisConfiguration(url: try RedisURL(url))
    configuration.backoff = RedisBackoff(maximum: .milliseconds(200), operatorInterval: .milliseconds(200))
    configure(&configuration)
    let client = RedisClient(configuration, logger: .silent)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await client.run() }
        defer { group.cancelAll() }
        return try await body(client)
    }
}

extension Logger {
    /// Logs nothing.
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// A name that no other test uses.
func uniqueKey(_ prefix: String = "test") -> String {
    "\(prefix):\(UInt64.random(in: 0 ... .max))"
}
