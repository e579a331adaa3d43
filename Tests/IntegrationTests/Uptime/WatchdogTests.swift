import CeleryProtocol
import Logging
import TestSupport
import Testing

@testable import TaskBroker
@testable import TaskBrokerCLI

/// The progress watchdog from end to end (`reliability.md` R11): a worker that gets nowhere although nothing has failed.
@Suite(.timeLimit(.minutes(5))) struct WatchdogTests {
    @Test(arguments: LosingBroker.Loss.allCases)
    func `a worker whose calls get lost is not ready, replaces its connections, and works again`(
        _ loss: LosingBroker.Loss
    ) async throws {
        try await Self.withWorker { app, broker, health in
            try await eventually("it is ready") { try await health.isReady }
            broker.lose(loss)
            let task = try await app.sendTask("echo", args: ["heard"])
            try await eventually("it says that it is stalled", timeout: .seconds(120)) {
                try await health.isUnready(saying: "stalled")
            }
            // A new process would be no better off than new connections.
            #expect(try await health.ask("/livez").status == 200)
            try await eventually("it has replaced its connections", timeout: .seconds(120)) { broker.reconnects > 0 }
            broker.heal()
            // What was lost after the first replacement waits for the next.
            try await #expect(app.result(for: task.id).get(timeout: .seconds(120)) == "heard")
            try await eventually("it is ready again") { try await health.isReady }
        }
    }

    /// Runs a worker that answers over HTTP, and stops it afterwards.
    private static func withWorker(_ body: (TaskApp, LosingBroker, HealthClient) async throws -> Void) async throws {
        try await RedisServer.with { server in
            let logger = Logger(label: "watchdog") { _ in SwiftLogNoOpLogHandler() }
            let redis = try RedisBroker(broker: server.url, logger: logger)
            let broker = LosingBroker(redis)
            let app = TaskApp(broker: broker, backend: redis.backend, logger: logger)
            app.task("echo") { (text: String) in text }
            try await app.run { app in
                let worker = try Worker(app, configuration: WorkerConfiguration(concurrency: 2, lease: .seconds(10)))
                let address = try #require(ListenAddress("127.0.0.1:0"))
                let server = try await HealthServer(at: address) { worker.health }
                defer { server.stop() }
                async let running: Void = worker.run()
                do {
                    try await body(app, broker, HealthClient(url: server.url))
                } catch {
                    // What is lost would keep the worker from its end.
                    broker.heal()
                    throw error
                }
                worker.stop()
                try await running
            }
        }
    }
}
