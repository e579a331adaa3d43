import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Scenarios {
    /// `taskctl events`, `inspect` and `control` from outside.
    @Suite(.stage, .serialized, .timeLimit(.minutes(4))) struct EventCommandTests {
        static let stamp = EventStamp(hostname: "w@h", pid: 1, utcoffset: 0, clock: 1, timestamp: 1_795_230_735)

        /// Runs `taskctl events` while `body` runs, which begins when somebody listens.
        ///
        /// - Parameter name: What to call the process; its output is kept under that name.
        static func withEvents(
            _ name: String,
            _ stage: Stage,
            _ arguments: [String],
            _ body: @Sendable (GuardedProcess) async throws -> Void
        ) async throws {
            try await GuardedProcess.with(
                name,
                BuiltProgram.taskctl,
                ["events"] + arguments,
                environment: stage.environment,
                directory: stage.server.directory
            ) { process in
                try await eventually("somebody listens to events", timeout: .seconds(120)) {
                    try await stage.server.cli("PUBSUB", "NUMPAT") != "0"
                }
                try await body(process)
            }
        }

        static func publish(_ events: [EventDocument], _ stage: Stage) async throws {
            for message in EventMessage.messages(for: events) {
                try await stage.app.broker.broadcast(message.encoded(), to: "celeryev", routingKey: message.routingKey)
            }
        }

        @Test func `Ctrl-C ends the watching, with a summary and without an error`() async throws {
            let stage = try Stage.require()
            try await Self.withEvents("watching", stage, ["--type", "task-*"]) { process in
                try await Self.publish(
                    [
                        .taskReceived(Self.stamp, TaskHeaders(task: "tasks.add", id: "t1", argsrepr: "(1,)")),
                        .workerElectAck(Self.stamp, id: "x"),
                        .taskSucceeded(Self.stamp, id: "t1", result: 3, runtime: 0.25),
                    ],
                    stage
                )
                try await process.eventually("both events are shown") {
                    process.outputText.split(separator: "\n").count == 2
                }
                let lines = process.outputText.split(separator: "\n")
                #expect(lines[0].hasSuffix("w@h  task-received     tasks.add[t1]  (1,)"))
                #expect(lines[1].hasSuffix("w@h  task-succeeded    tasks.add[t1]  3  250ms"))
                process.send(SIGINT)
                try #expect(await process.exitStatus() == 0)
                #expect(process.errorText.contains("2 events: 0 workers alive, 1 task (1 SUCCESS)."))
                #expect(!process.errorText.contains("error"))
            }
        }

        @Test func `programs read one object a line, for as long as they want`() async throws {
            let stage = try Stage.require()
            try await Self.withEvents("stream", stage, ["--json", "--for", "2s"]) { process in
                let event = EventDocument.taskStarted(Self.stamp, id: "t2")
                try await Self.publish([event], stage)
                try #expect(await process.exitStatus() == 0)
                let documents = try process.outputText.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
                #expect(documents == [["schema": 1, "kind": "event", "event": event.json]])
            }
        }

        @Test func `workers are told to speak, also those that come later`() async throws {
            let stage = try Stage.require()
            try await stage.app.broker.withBroadcasts(of: "celery.pidbox") { requests in
                try await Self.withEvents("enabling", stage, ["--enable"]) { process in
                    var iterator = requests.makeAsyncIterator()
                    func next() async throws -> ControlRequest? {
                        guard case .message(let message)? = await iterator.next() else { return nil }
                        return try ControlRequest(decoding: message.payload)
                    }
                    #expect(try await next()?.method == "enable_events")
                    #expect(try await next()?.method == "heartbeat")
                    let online = EventDocument(.workerOnline, hostname: "late@h", timestamp: 1)
                    try await Self.publish([online], stage)
                    let request = try await next()
                    #expect(request?.method == "enable_events")
                    #expect(request?.destination == ["late@h"])
                    process.send(SIGTERM)
                    try #expect(await process.exitStatus() == 0)
                }
            }
        }

        @Test(arguments: [
            (["inspect", "ping"], 69, "Start one: taskctl worker"),
            (["inspect", "stats", "-d", "a@h", "-t", "0.2"], 69, "asked was a@h"),
            (["control", "enable_events", "--timeout", "0.2s"], 69, "No worker answered within 200ms"),
            (["control", "shutdown", "--yes"], 69, "No worker answered within 1s"),
            (["control", "shutdown"], 64, "make every worker shut down"),
            (["control", "shutdown", "--dry-run"], 69, "No worker answered"),
            (["control", "cancel_consumer", "mail", "-d", "a@h"], 64, "make a@h stop taking from the queue mail"),
            (["inspect", "frob"], 64, "There is no inspect method 'frob'"),
        ])
        func `says why nothing happens`(words: [String], status: Int32, text: String) async throws {
            let output = try await Stage.require().taskctl(words)
            #expect(output.exitStatus == status)
            #expect(output.standardError.contains(text), "\(output.standardError)")
            #expect(output.standardOutput.isEmpty)
        }
    }
}
