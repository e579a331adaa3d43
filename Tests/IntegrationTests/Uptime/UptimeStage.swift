import CeleryProtocol
import Logging
import TaskBroker
import TestSupport
import Testing

/// A Redis with a user for a worker, the worker, and an app that sends.
struct UptimeStage: Sendable {
    let server: RedisServer
    let app: TaskApp
    let worker: GuardedProcess
    /// Where the worker tells how it fares.
    let health: HealthClient

    /// Starts everything, waits until the worker is ready, and ends everything after `body`.
    static func with(
        _ options: RedisServerOptions = RedisServerOptions(),
        program: [String] = [],
        arguments: [String] = [],
        _ body: @escaping @Sendable (UptimeStage) async throws -> Void
    ) async throws {
        var options = options
        options.users.append(RedisTrouble.userRule)
        try await RedisServer.with(options) { server in
            let logger = Logger(label: "uptime") { _ in SwiftLogNoOpLogHandler() }
            let app = try TaskApp(broker: .redis(server.url), logger: logger)
            try await app.run { app in
                try await self.withWorker(of: server, program: program, arguments) { worker in
                    let stage = try await UptimeStage(
                        server: server,
                        app: app,
                        worker: worker,
                        health: Self.health(of: worker)
                    )
                    try await stage.becomesReady()
                    try await body(stage)
                    #expect(worker.isRunning, "no trouble with Redis ends a worker")
                    #expect(!worker.errorText.contains("secret"))
                }
            }
        }
    }

    /// Starts a worker as the user `worker`.
    static func withWorker(
        of server: RedisServer,
        named name: String = "worker",
        program: [String] = [],
        _ arguments: [String],
        _ body: (GuardedProcess) async throws -> Void
    ) async throws {
        let url = "redis://worker:secret@127.0.0.1:\(server.port)/0"
        try await GuardedProcess.with(
            name,
            "env",
            program + [BuiltProgram.taskctl, "worker", "-c", "4", "-n", "uptime@test", "-l", "info", "--health", "0"]
                + arguments,
            environment: ["TASKBROKER_URL": url, "TASKBROKER_BACKEND_URL": url, "CELERY_BROKER_URL": nil],
            directory: server.directory,
            body
        )
    }

    /// Where a worker says that it answers.
    static func health(of worker: GuardedProcess) async throws -> HealthClient {
        var health: HealthClient?
        try await worker.eventually("it tells where its health is") {
            health = HealthClient(of: worker)
            return health != nil
        }
        return try #require(health)
    }
}

extension UptimeStage {
    /// Waits until the worker is ready.
    func becomesReady() async throws {
        try await self.worker.eventually("it is ready") { try await self.health.isReady }
    }

    /// Waits until the worker is not ready, for a reason that says something.
    func becomesUnready(saying text: String) async throws {
        try await self.worker.eventually("it is not ready: \(text)") {
            try await self.health.isUnready(saying: text)
        }
        #expect(try await self.health.ask("/livez").status == 200, "only a new worker would help")
    }

    /// Sends a task that only the sample app of `taskctl` knows.
    func send(_ name: String, _ arguments: JSONValue...) async throws -> AsyncResult<JSONValue> {
        let call = TaskCall(name, TaskArguments(arguments))
        return try await self.app.result(for: self.app.send([call])[0])
    }

    /// The lines of the worker's log that warn, and contain a text.
    func warnings(saying text: String) -> [Substring] {
        self.worker.errorText.split(separator: "\n").filter { $0.contains("WARNING/") && $0.contains(text) }
    }
}
