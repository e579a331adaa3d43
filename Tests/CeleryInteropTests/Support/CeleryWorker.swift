import TestSupport

/// A `celery worker` process.
struct CeleryWorker: Sendable {
    /// The node's name before the `@`.
    var name: String
    /// And behind it: Celery's placeholder for the name of the machine.
    var host = "%h"
    /// What it takes from.
    var queues: [String]
    /// How many tasks it runs at once.
    var concurrency = 1
    /// The module with its tasks.
    var app = "interop_app"
    /// Where it works.
    var databases = Databases.shared

    /// Runs it while `body` runs; it takes messages when `body` starts.
    func run<Result: Sendable>(
        _ environment: CeleryEnvironment,
        _ server: RedisServer,
        _ body: (GuardedProcess) async throws -> Result
    ) async throws -> Result {
        let arguments = [
            "-m", "celery", "--app", self.app, "worker", "--queues", self.queues.joined(separator: ","),
            "--concurrency", "\(self.concurrency)", "--hostname", "\(self.name)@\(self.host)", "--loglevel", "info",
        ]
        return try await GuardedProcess.with(
            "celery-\(self.name)",
            environment.python,
            arguments,
            environment: environment.variables(server, self.databases),
            directory: server.directory
        ) { worker in
            try await worker.eventually("ready", timeout: .seconds(90)) { worker.errorText.contains(" ready.") }
            return try await body(worker)
        }
    }
}

/// The numbers of the databases of a fleet.
struct Databases: Sendable, Hashable {
    let broker: Int
    let backend: Int

    /// Those of scenario S1, which the tests of single tasks share.
    static let shared = Self(broker: 1, backend: 2)
}
