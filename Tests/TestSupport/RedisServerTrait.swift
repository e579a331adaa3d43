package import Testing

/// Gives a suite, or a single test, a redis-server of its own as ``RedisServer/current``.
package struct RedisServerTrait: SuiteTrait, TestTrait, TestScoping {
    /// How the server is started.
    package let options: RedisServerOptions

    /// One server for the whole suite, not one for each of its tests.
    package var isRecursive: Bool { false }

    /// Runs tests while the server runs.
    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await RedisServer.with(self.options) { server in
            try await RedisServer.$current.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == RedisServerTrait {
    /// A server without password and persistence.
    package static var redisServer: Self { Self(options: RedisServerOptions()) }

    /// A server with options.
    package static func redisServer(_ options: RedisServerOptions) -> Self { Self(options: options) }
}
