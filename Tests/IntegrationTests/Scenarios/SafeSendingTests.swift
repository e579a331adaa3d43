import CeleryProtocol
import Logging
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// What a person meets who sends to a bounded queue, or wants replicas.
    @Suite(.stage, .serialized) struct SafeSendingTests {
        @Test func `A full queue is told from everything else, and shows what it may hold`() async throws {
            let stage = try Stage.require()
            let configuration = TaskAppConfiguration(queues: [Queue("narrow", maxLength: 2)])
            let logger = Logger(label: "scenarios") { _ in SwiftLogNoOpLogHandler() }
            let app = try TaskApp(broker: .redis(stage.broker), configuration: configuration, logger: logger)
            try await app.run { app in
                _ = try await app.sendTask("tasks.add", args: [1, 1], options: .init(queue: "narrow"))
            }
            let lines = (0..<3).map {
                #"{"task": "tasks.add", "args": [\#($0), 1], "queue": "narrow", "id": "n\#($0)"}"#
            }
            let bulk = try await stage.taskctl(["send", "--from", "-"], input: lines.joined(separator: "\n"))
            #expect(bulk.exitStatus == 75)
            // Batches are no larger than the queue, and one is taken as a whole: the first does not fit beside what is there.
            #expect(bulk.standardOutput.isEmpty)
            #expect(bulk.standardError.contains("'narrow' holds 1 messages, of 2"))

            _ = try await stage.send("tasks.add", "2", "2", "--queue", "narrow")
            let full = try await stage.taskctl("send", "tasks.add", "3", "3", "--queue", "narrow")
            #expect(full.exitStatus == 75)
            #expect(full.standardOutput.isEmpty)
            #expect(full.standardError.contains("'narrow' holds 2 messages, of 2"))
            #expect(full.standardError.contains("queue show 'narrow'"))
            let queue = try await stage.json("queue", "show", "narrow")
            #expect(queue["max_length"] == 2)
            #expect(queue["waiting"] == 2)
            #expect(
                try await stage.taskctl("queue", "show", "narrow").standardOutput.contains("2, of which 2 are taken")
            )
            let table = try await stage.taskctl("queue", "ls").standardOutput
            #expect(table.contains("BOUND"))
            #expect(try await stage.taskctl("queue", "purge", "narrow", "--yes").exitStatus == 0)
        }

        @Test func `Replicas that do not exist are told, with an exit code of their own`() async throws {
            let stage = try Stage.require()
            let sent = try await stage.taskctl(
                "send",
                "tasks.add",
                "1",
                "1",
                "--queue",
                "safe",
                "--durability",
                "replicated:1:50ms"
            )
            #expect(sent.exitStatus == 8)
            #expect(sent.standardError.contains("0 of the 1 replicas"))
            _ = try await stage.send("tasks.add", "1", "1", "--queue", "safe", "--durability", "sent")
            try await eventually("both are there") { try await stage.json("queue", "show", "safe")["waiting"] == 2 }
            let wrong = try await stage.taskctl("send", "tasks.add", "1", "1", "--durability", "forever")
            #expect(wrong.exitStatus == 64)
        }
    }
}
