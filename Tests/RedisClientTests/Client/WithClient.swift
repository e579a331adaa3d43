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
    var configuration = try RedisConfiguration.forTests(url ?? #require(RedisServer.current).url)
    configure(&configuration)
    let client = RedisClient(configuration, logger: .silent)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await client.run() }
        defer { group.cancelAll() }
        return try await body(client)
    }
}

extension RedisConfiguration {
    /// Quick to come back, and patient: a machine that runs many tests at once may take seconds for anything.
    static func forTests(_ url: String) throws -> RedisConfiguration {
        var configuration = RedisConfiguration(url: try RedisURL(url))
        configuration.backoff = RedisBackoff(maximum: .milliseconds(200), operatorInterval: .milliseconds(200))
        configuration.connectTimeout = .seconds(30)
        configuration.commandDeadline = .seconds(30)
        return configuration
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
