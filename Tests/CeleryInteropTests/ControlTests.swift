import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension CeleryInterop {
    /// Commands from our client to a worker of Celery.
    @Suite(.serialized) struct ControlTests {
        /// The node name of the fleet's Celery worker; it says that it is ready a little before it listens.
        private static func python(_ app: TaskApp) async throws -> String {
            var python: String?
            try await eventually("the Celery worker answers", timeout: .seconds(120)) {
                python = try await app.inspector.ping(timeout: .seconds(2)).keys.first { $0.hasPrefix("python@") }
                return python != nil
            }
            return try #require(python)
        }

        /// The answer of the fleet's Celery worker, whatever ours says.
        private static func ask(_ method: String, _ arguments: [String: JSONValue] = [:]) async throws -> JSONValue? {
            let app = try Fleet.require().app
            let python = try await Self.python(app)
            return try await app.inspector
                .ask(method, arguments: arguments, destinations: [python], timeout: .seconds(20)).first?.answer
        }

        @Test func `a worker of Celery answers`() async throws {
            try #expect(await Self.ask("ping") == ["ok": "pong"])
            try #expect(await Self.ask("nosuchcommand") == ["error": "KeyError('nosuchcommand')"])
            let queues = try await Self.ask("active_queues")
            #expect(queues?[0]?["name"] == "python")
            let stats = try await Self.ask("stats")
            #expect(stats?["pool"]?["max-concurrency"] == 4)
        }

        @Test func `a worker of Celery obeys`() async throws {
            let limited = try await Self.ask("rate_limit", ["task_name": "interop.add", "rate_limit": "100/s"])
            #expect(limited == ["ok": "new rate limit set successfully"])
            let registered = try await Self.ask("registered", ["taskinfoitems": ["rate_limit"]])
            #expect(registered?.arrayValue?.contains("interop.add [rate_limit=100/s]") == true)
            let free = try await Self.ask("rate_limit", ["task_name": "interop.add", "rate_limit": nil])
            #expect(free == ["ok": "rate limit disabled successfully"])
            try #expect(await Self.ask("heartbeat") == .null)
        }

        @Test func `a signature does not disturb a worker of Celery`() async throws {
            let fleet = try Fleet.require()
            let key = try ControlKey(text: "a secret that Celery does not know")
            let app = try Fleet.makeApp(fleet.server, fleet.marks, definesTasks: false) { $0.controlKey = key }
            let python = try await app.run { app in try await Self.python(app) }
            #expect(python.hasPrefix("python@"))
        }

        @Test func `nothing of ours stays in Redis`() async throws {
            let fleet = try Fleet.require()
            // A database of its own: workers of Celery that start in the other one look for each other at the same time.
            let app = try Fleet.makeApp(fleet.server, fleet.marks, Databases(broker: 7, backend: 8))
            let keys = try await app.run { app in
                try await Fleet.withWorker(app, queues: ["alone"], concurrency: 1) {
                    try await eventually("our worker answers", timeout: .seconds(120)) {
                        try await !app.inspector.ping().isEmpty
                    }
                    return try await fleet.server.cli("-n", "7", "KEYS", "*reply.celery.pidbox*")
                }
            }
            #expect(keys.isEmpty, "\(keys)")
        }
    }
}
