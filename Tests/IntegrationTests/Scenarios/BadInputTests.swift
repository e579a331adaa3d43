import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// One clear error with the next step to take, the right exit code, nothing lost.
    @Suite(.stage, .serialized) struct BadInputTests {
        struct Broker: Sendable, CustomTestStringConvertible {
            let testDescription: String
            /// The URL for a server on a port.
            let url: @Sendable (Int) throws -> String
            let status: Int32
            /// What the message says.
            let says: String
        }

        static let brokers: [Broker] = [
            Broker(
                testDescription: "a wrong password",
                url: { "redis://:wrong-sesame@127.0.0.1:\($0)/0" },
                status: 77,
                says: "password"
            ),
            Broker(
                testDescription: "no password",
                url: { "redis://127.0.0.1:\($0)/0" },
                status: 77,
                says: "password"
            ),
            Broker(
                testDescription: "no Redis",
                url: { _ in "redis://127.0.0.1:\(try FreePort.find())/0" },
                status: 69,
                says: "127.0.0.1"
            ),
            Broker(
                testDescription: "an unknown host",
                url: { _ in "redis://no-such-host.invalid:6379/0" },
                status: 69,
                says: "no-such-host.invalid"
            ),
            Broker(testDescription: "another scheme", url: { _ in "amqp://localhost" }, status: 78, says: "scheme"),
            Broker(testDescription: "no URL", url: { _ in "nonsense" }, status: 78, says: "redis://"),
            Broker(
                testDescription: "a bad port",
                url: { _ in "redis://localhost:port/0" },
                status: 78,
                says: "port"
            ),
        ]

        static let commands: [[String]] = [
            ["send", "tasks.add", "2", "2"], ["result", "some-id"], ["status"], ["queue", "ls"], ["worker", "--burst"],
        ]

        @Test(arguments: brokers.indices, commands)
        func `A broker that cannot be used`(_ index: Int, _ command: [String]) async throws {
            let stage = try Stage.require()
            let broker = Self.brokers[index]
            let url = try broker.url(stage.server.port)
            let start = ContinuousClock.now
            let output = try await stage.taskctl(
                command,
                environment: ["TASKBROKER_URL": url, "TASKBROKER_BACKEND_URL": nil]
            )
            #expect(ContinuousClock.now - start < .seconds(20))
            #expect(output.exitStatus == broker.status, "\(output.standardError)")
            #expect(output.standardOutput.isEmpty)
            #expect(output.standardError.contains(broker.says), "\(output.standardError)")
            #expect(!output.standardError.contains("wrong-sesame"))
            // A worker has a log as well.
            let errors = output.standardError.split(separator: "\n").filter { $0.hasPrefix("error: ") }
            #expect(errors.count == 1, "\(output.standardError)")
        }

        static let commandLines: [(arguments: [String], status: Int32)] = [
            (["send"], 64), (["unheard-of"], 64), (["send", "tasks.add", "1", "--priority", "urgent"], 64),
            (["send", "tasks.add", "--args", "[1"], 64), (["worker", "-c", "0"], 64),
            (["worker", "--lease", "soon"], 64),
            (["send", "--from", "/nowhere/at/all"], 78), (["status", "never-sent"], 3), (["result", "never-sent"], 3),
        ]

        @Test(arguments: commandLines)
        func `A command line that cannot be followed`(_ arguments: [String], _ status: Int32) async throws {
            let output = try await Stage.require().taskctl(arguments)
            #expect(output.exitStatus == status, "\(output.standardError)")
            #expect(output.standardOutput.isEmpty)
            #expect(!output.standardError.isEmpty)
        }

        @Test func `Bad messages do not stop the worker, and none is lost`() async throws {
            let stage = try Stage.require()
            let bad = [
                "not JSON", "{", "null", "[1, 2]", "{}",
                #"{"body": "!!!", "headers": {"task": "tasks.add", "id": "1"}}"#,
                #"{"body": "WzFd", "content-type": "application/json", "headers": {"task": "tasks.add", "id": "shape"}, "#
                    + #""properties": {"body_encoding": "base64", "delivery_tag": "x", "delivery_info": {}}}"#,
                String(repeating: "[", count: 20_000),
            ]
            try await stage.withWorker("robust", "-Q", "user", "-c", "1") { worker in
                for message in bad { _ = try await stage.server.cli("-n", "1", "LPUSH", "user", message) }
                let good = try await stage.send("tasks.add", "20", "22", "--queue", "user")
                #expect(try await stage.info(of: good).value == 42)
                let letters = try await stage.app.inspector.deadLetters(queue: "user")
                let dead = Set(letters.map { String(decoding: $0.raw, as: UTF8.self) })
                #expect(Set(bad).subtracting(dead).map { $0.prefix(200) } == [])
                #expect(letters.count == bad.count)
                #expect(letters.allSatisfy { !$0.reason.isEmpty })
                #expect(worker.isRunning)
            }
        }

        @Test(arguments: [
            (["tasks.add", "1"], "TypeError", "'y' is missing"),
            (["tasks.add", "1", "2", "3"], "TypeError", "3 were given"),
            (["tasks.add", "one", "2"], "TypeError", "'x'"), (["tasks.add", "1", "z=2"], "TypeError", "'z'"),
        ])
        func `Arguments that do not fit`(_ words: [String], _ type: String, _ says: String) async throws {
            let stage = try Stage.require()
            try await stage.withWorker("strict", "-c", "1") { _ in
                let output = try await stage.taskctl(["send"] + words + ["--wait", "--timeout", "30"])
                #expect(output.exitStatus == 4)
                #expect(output.standardOutput.isEmpty)
                #expect(output.standardError.contains(type))
                #expect(output.standardError.contains(says), "\(output.standardError)")
            }
        }

        /// A value whose encoding fails, as that of a type with a bug does.
        struct Unencodable: Codable, Sendable {
            func encode(to encoder: any Encoder) throws {
                throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "cannot be written"))
            }
        }

        @Test func `A result that cannot be encoded is a failure that says so`() async throws {
            let stage = try Stage.require()
            let app = stage.app
            let queue = "unencodable"
            app.task("tasks.unencodable", options: .init(queue: queue)) { Unencodable() }
            app.task("tasks.encodable", options: .init(queue: queue)) { 1 }
            let worker = try Worker(app, configuration: .init(queues: [queue], concurrency: 1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                defer { group.cancelAll() }
                let failed = try await app.sendTask("tasks.unencodable")
                let next = try await app.sendTask("tasks.encodable")
                let info = try await stage.info(of: failed.id)
                #expect(info.state == .failure)
                #expect(info.exception?.type == "EncodeError")
                #expect(try await next.get(timeout: .seconds(120)) == 1)
                let output = try await stage.taskctl("result", failed.id)
                #expect(output.exitStatus == 4)
                #expect(output.standardError.contains("cannot be written"), "\(output.standardError)")
            }
        }
    }
}
