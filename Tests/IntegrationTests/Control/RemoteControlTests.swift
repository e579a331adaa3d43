import CeleryProtocol
import Logging
import RedisClient
import ServiceLifecycle
import TestSupport
import Testing

@testable import TaskBroker

/// The server and the client of remote control on a real Redis, with workers that only answer.
@Suite(.serialized) struct RemoteControlTests {
    /// A worker that can be shut down and resized, and does nothing.
    private struct IdleWorker: WorkerControl {
        let node: String
        let told = AsyncStream<String>.makeStream()

        func status() async -> WorkerStatus {
            WorkerStatus(started: .now(), concurrency: 1, prefetchCount: 1, queues: ["celery"])
        }
        func scheduledTasks() async -> [HeldTask] { [] }
        func registeredTasks() async -> [RegisteredTask] { [] }
        func revokedTasks(includingMerged: Bool) async -> [String] { [] }
        func mergeRevoked(_ ids: [String]) async {}
        func revoke(_ ids: [String], terminating signal: String?) async throws -> [String] { [] }
        func revokeStamped(
            _ stamps: [String: [JSONValue]],
            terminating signal: String?
        ) async throws -> [String: [JSONValue]] { [:] }
        func setRateLimit(_ rate: Double?, writtenAs text: String?, ofTask name: String) async -> Bool { false }
        func setTimeLimits(hard: Duration?, soft: Duration?, ofTask name: String) async -> Bool { false }
        func setTaskEvents(enabled: Bool) async -> Bool { true }
        func sendHeartbeat() async {}
        func elect(id: String, topic: String, action: JSONValue) async {}
        func changeConcurrency(by count: Int) async throws {}
        func restartHosts() async throws {}
        func autoscale(max: Int?, min: Int?) async throws -> AutoscaleBounds { throw ControlError.autoscaleNotEnabled }
        func addConsumer(_ queue: Queue) async throws {}
        func cancelConsumer(_ queue: String) async throws {}
        func shutDown() async { self.told.continuation.yield("shutdown") }
    }

    /// Runs `body` with an app on the fixture's Redis and servers for some workers, all of which listen.
    private static func with(
        _ fixture: BrokerFixture,
        _ workers: [IdleWorker],
        policy: ControlPolicy = .all,
        _ body: (TaskApp) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let app = try TaskApp(broker: .redis(fixture.server.url), logger: logger)
        try await app.run { app in
            // The servers end before the app, as in a service group: the last thing they do needs its connections.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in workers {
                    let server = ControlServer(app: app, worker: worker, policy: policy, logger: logger)
                    group.addTask { await server.run() }
                }
                defer { group.cancelAll() }
                try await eventually("all workers listen") {
                    let names = workers.map(\.node)
                    return try await app.inspector.ping(destinations: names).count == names.count
                }
                try await body(app)
            }
        }
    }

    @Test func `every worker answers, sorted by name, and nothing stays in Redis`() async throws {
        try await BrokerFixture.with { fixture in
            let workers = ["c@h", "a@h", "b@h"].map { IdleWorker(node: $0) }
            try await Self.with(fixture, workers) { app in
                let inspector = try app.inspector
                let answers = try await inspector.ask("ping", timeout: .seconds(20), limit: 3)
                #expect(answers.map(\.node) == ["a@h", "b@h", "c@h"])
                #expect(answers.allSatisfy { $0.answer == ["ok": "pong"] })
                let begin = ContinuousClock.now
                let named = try await inspector.ask("stats", destinations: ["b@h"], timeout: .seconds(20))
                #expect(named.first?.answer["broker"]?["port"] == .integer(Int64(fixture.server.port)))
                // All who were named have answered: there is nothing more to wait for.
                #expect(begin.duration(to: .now) < .seconds(10))
                let none = try await inspector.ping(destinations: ["x@h"], timeout: .milliseconds(50))
                #expect(none.isEmpty)
                try #expect(await fixture.keys() == ["_kombu.binding.celery.pidbox", "_kombu.binding_deadlines"])
            }
            try #expect(await fixture.keys() == ["_kombu.binding_deadlines"])
        }
    }

    @Test func `a command without reply is carried out`() async throws {
        try await BrokerFixture.with { fixture in
            let worker = IdleWorker(node: "a@h")
            try await Self.with(fixture, [worker]) { app in
                try await app.inspector.broadcast("shutdown", destinations: ["other@h"])
                try await app.inspector.broadcast("shutdown", pattern: "a@*")
                var told = worker.told.stream.makeAsyncIterator()
                #expect(await told.next() == "shutdown")
            }
        }
    }

    @Test func `a worker answers again after an outage`() async throws {
        try await BrokerFixture.with { fixture in
            try await Self.with(fixture, [IdleWorker(node: "a@h")]) { app in
                try await fixture.server.crash()
                try await fixture.server.restart()
                try await eventually("the worker answers", timeout: .seconds(120)) {
                    let answers = try? await app.inspector.ping(destinations: ["a@h"], timeout: .milliseconds(500))
                    return answers?.isEmpty == false
                }
            }
        }
    }

    /// Published by somebody who wants the worker to write where it should not, or to stop.
    static let hostile: [String] = [
        "",
        "{",
        "null",
        #"{"body": "e30=", "content-type": "application/x-python-serialize", "properties": {"body_encoding": "base64"}}"#,
        #"{"body": "{}", "content-type": "application/json"}"#,
        #"{"body": "{\"method\": \"ping\", \"reply_to\": {\"exchange\": \"\", \"routing_key\": \"celery\"}, \"ticket\": \"t\"}", "content-type": "application/json"}"#,
        #"{"body": "{\"method\": \"ping\", \"reply_to\": {\"exchange\": \"reply.celery.pidbox\", \"routing_key\": \"*\"}}", "content-type": "application/json"}"#,
        #"{"body": "{\"method\": \"ping\", \"pattern\": \"(a+)+$\", \"matcher\": \"pcre\"}", "content-type": "application/json"}"#,
        #"{"body": "{\"method\": \"revoke\", \"arguments\": {\"task_id\": {\"a\": [[]]}}}", "content-type": "application/json"}"#,
        #"{"body": "{\"method\": \"pool_grow\", \"arguments\": {\"n\": 9223372036854775807}}", "content-type": "application/json"}"#,
        #"{"body": "{\"method\": \"time_limit\", \"arguments\": {\"task_name\": \"t\", \"hard\": NaN}}", "content-type": "application/json"}"#,
        #"{"headers": {"clock": 99999999999999999999}, "body": "{\"method\": \"ping\"}", "content-type": "application/json"}"#,
    ]

    @Test func `nothing that is published disturbs a worker, or makes it write`() async throws {
        try await BrokerFixture.with { fixture in
            try await Self.with(fixture, [IdleWorker(node: "a@h")]) { app in
                let before = try await fixture.keys()
                for text in Self.hostile { try await fixture.redis.send(["PUBLISH", "/0.celery.pidbox", text]) }
                let large = String(repeating: "[", count: 3 << 20)
                try await fixture.redis.send(["PUBLISH", "/0.celery.pidbox", large])
                let answers = try await app.inspector.ask("clock", destinations: ["a@h"], timeout: .seconds(20))
                let clock = try #require(answers.first?.answer["clock"]?.integerValue)
                #expect(clock < 1_000)
                try #expect(await fixture.keys() == before)
            }
        }
    }
}
