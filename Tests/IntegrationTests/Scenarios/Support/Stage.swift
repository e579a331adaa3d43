import Logging
import Subprocess
import TaskBroker
import TestSupport
import Testing

/// A Redis with a password, and the programs that use it.
struct Stage: Sendable {
    /// The stage of the suite that runs.
    @TaskLocal static var current: Stage?

    /// A text that no output may contain.
    static let password = "open-sesame"

    let server: RedisServer
    /// An app of the tests on the same Redis, to look and to send with; it runs, and defines no tasks.
    let app: TaskApp

    /// The stage of the suite that runs, which has one.
    static func require() throws -> Stage {
        try #require(Stage.current)
    }

    /// Where the broker is, and where the results are.
    var broker: String { Self.url(self.server, database: 1) }
    var backend: String { Self.url(self.server, database: 2) }

    /// What programs find the Redis by.
    var environment: [String: String?] {
        [
            "TASKBROKER_URL": self.broker, "TASKBROKER_BACKEND_URL": self.backend, "CELERY_BROKER_URL": nil,
            "CELERY_RESULT_BACKEND": nil, "TASKCTL_HINTS": nil,
        ]
    }

    private static func url(_ server: RedisServer, database: Int) -> String { server.url.dropLast(1) + "\(database)" }

    static func with(_ body: @concurrent @Sendable () async throws -> Void) async throws {
        try await RedisServer.with(RedisServerOptions(password: Self.password)) { server in
            let app = try TaskApp(
                broker: .redis(Self.url(server, database: 1)),
                backend: .redis(Self.url(server, database: 2)),
                configuration: TaskAppConfiguration(resultExtended: true),
                logger: Logger(label: "scenarios") { _ in SwiftLogNoOpLogHandler() }
            )
            let stage = Stage(server: server, app: app)
            try await app.run { _ in
                try await Stage.$current.withValue(stage) { try await body() }
            }
        }
    }
}

/// Gives a suite a stage.
struct StageTrait: SuiteTrait, TestScoping {
    var isRecursive: Bool { false }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Stage.with(function)
    }
}

extension Trait where Self == StageTrait {
    /// A Redis with a password.
    static var stage: Self { Self() }
}
