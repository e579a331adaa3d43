import CeleryProtocol
import Logging
import Synchronization
import TestSupport

@testable import TaskBroker

/// An app on a redis-server of its own, for workers that run in the test's process.
struct WorkerStage: Sendable {
    let server: RedisServer
    let app: TaskApp
}

extension WorkerStage {
    /// Starts a server and an app, runs `body`, and stops both.
    static func with(
        _ configuration: TaskAppConfiguration = .init(),
        _ body: (WorkerStage) async throws -> Void
    ) async throws {
        try await RedisServer.with { server in
            try await self.app(on: server, configuration).app.run { app in
                try await body(WorkerStage(server: server, app: app))
            }
        }
    }

    /// Another app on the same server, as in another process.
    static func app(on server: RedisServer, _ configuration: TaskAppConfiguration = .init()) throws -> WorkerStage {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let app = try TaskApp(broker: .redis(server.url), configuration: configuration, logger: logger)
        return WorkerStage(server: server, app: app)
    }

    /// Runs a worker beside `body`; stops it cold afterwards.
    func withWorker(
        concurrency: Int = 1,
        prefetch: Int = 0,
        name: String = "celery@test",
        hasRemoteControl: Bool = true,
        _ body: (Worker) async throws -> Void
    ) async throws {
        let configuration = WorkerConfiguration(
            concurrency: concurrency,
            prefetch: prefetch,
            name: name,
            hasRemoteControl: hasRemoteControl
        )
        let worker = try Worker(self.app, configuration: configuration)
        async let running: Void = worker.run()
        try await body(worker)
        worker.stop()
        try await running
    }
}

/// What tasks have noted, and when.
final class TaskJournal: Sendable {
    private let stored = Mutex<[(name: String, time: ContinuousClock.Instant)]>([])

    func note(_ name: String) {
        self.stored.withLock { $0.append((name, .now)) }
    }

    var names: [String] { self.stored.withLock { $0.map(\.name) } }

    func times(of name: String) -> [ContinuousClock.Instant] {
        self.stored.withLock { $0.filter { $0.name == name }.map(\.time) }
    }
}
