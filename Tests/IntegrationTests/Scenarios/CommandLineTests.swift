import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// What a person does with `taskctl` on a normal day.
    @Suite(.stage, .serialized) struct CommandLineTests {
        @Test func `Send, wait, look at results and states`() async throws {
            let stage = try Stage.require()
            try await stage.withWorker("worker", "-c", "2") { _ in
                let waited = try await stage.taskctl("send", "tasks.add", "2", "2", "--wait", "--timeout", "30")
                #expect(waited.standardOutput == "4\n")
                #expect(waited.exitStatus == 0)

                let id = try await stage.send("tasks.echo", "value={\"a\": [1, 2.5, null]}", "--id", "order 7")
                #expect(id == "order 7")
                let text = try await stage.taskctl("result", id, "--timeout", "30")
                #expect(text.standardOutput == "{\"a\": [1, 2.5, null]}\n")
                let document = try await stage.json("result", id)
                #expect(document["state"] == "SUCCESS")
                #expect(document["value"] == ["a": [1, 2.5, .null]])

                let status = try await stage.json("status", id)
                #expect(status["state"] == "SUCCESS")
                #expect(status["task"] == "tasks.echo")
                #expect(status["worker"] == "worker@test")
                #expect(status["queue"] == "celery")

                let failed = try await stage.send("tasks.fail", "no such user")
                let failure = try await stage.taskctl("result", failed, "--timeout", "30")
                #expect(failure.exitStatus == 4)
                #expect(failure.standardOutput.isEmpty)
                #expect(failure.standardError.contains("RuntimeError: no such user"))

                let expired = try await stage.send("tasks.add", "1", "1", "--expires", "0.2s", "--countdown", "1s")
                let revoked = try await stage.taskctl("result", expired, "--timeout", "30")
                #expect(revoked.exitStatus == 5)

                let forgotten = try await stage.taskctl("result", id, "--forget")
                #expect(forgotten.exitStatus == 0)
                let unknown = try await stage.taskctl("result", id)
                #expect(unknown.exitStatus == 3)
                #expect(unknown.standardOutput.isEmpty)
                #expect(try await stage.taskctl("status", "never-sent").exitStatus == 3)

                let workers = try #require(await stage.json("status")["items"]?.arrayValue)
                #expect(workers.map { $0["node"] } == ["worker@test"])
                #expect(workers.first?["concurrency"] == 2)
            }
        }

        @Test func `A task is waited for in a queue that nobody has declared`()
            async throws
        {
            let stage = try Stage.require()
            let waited = try await stage.taskctl(
                "send",
                "tasks.add",
                "2",
                "2",
                "--queue",
                "undeclared",
                "--wait",
                "--timeout",
                "2"
            )
            #expect(waited.exitStatus == 124, "\(waited.standardError)")
            #expect(waited.standardError.contains("waiting in queue 'undeclared'"), "\(waited.standardError)")
            #expect(try await stage.taskctl("queue", "purge", "undeclared", "--yes").exitStatus == 0)
        }

        @Test func `Thousands of lines are sent in one go, bad ones are named`() async throws {
            let stage = try Stage.require()
            let good = (0..<2000).map { #"{"task": "tasks.add", "args": [\#($0), 1], "queue": "user"}"# }
            let lines = good[..<1000] + [#"{"args": [1]}"#, "nonsense"] + good[1000...]
            let sent = try await stage.taskctl(
                ["send", "--from", "-"],
                input: lines.joined(separator: "\n") + "\n"
            )
            #expect(sent.exitStatus == 6)
            #expect(sent.standardError.contains("line 1001"))
            #expect(sent.standardError.contains("line 1002"))
            let ids = sent.standardOutput.split(separator: "\n").map(String.init)
            #expect(ids.count == 2000)
            #expect(try await stage.json("queue", "show", "user")["waiting"] == 2000)

            let worker = try await stage.taskctl("worker", "-Q", "user", "--burst", "-l", "error")
            #expect(worker.exitStatus == 0, "\(worker.standardError)")
            let results = try await stage.taskctl(["result", "--json"] + ids[..<100])
            #expect(results.exitStatus == 0)
            #expect(results.standardOutput.split(separator: "\n").count == 100)
            for (index, id) in ids.enumerated() {
                #expect(try await stage.app.result(for: id).info?.value == .integer(Int64(index + 1)))
            }
        }

        @Test func `Queues are shown, paused, resumed, moved and purged`() async throws {
            let stage = try Stage.require()
            let first = try await stage.send("tasks.add", "1", "1", "--queue", "fans")
            let second = try await stage.send("tasks.add", "2", "2", "--queue", "fans", "--priority", "9")
            let peeked = try #require(await stage.json("queue", "peek", "fans")["items"]?.arrayValue)
            #expect(peeked.map { $0["id"] } == [.string(first), .string(second)])
            #expect(peeked.map { $0["priority"] } == [0, 9])

            let listed = try #require(await stage.json("queue", "ls")["items"]?.arrayValue)
            #expect(listed.first { $0["name"] == "fans" }?["waiting"] == 2)

            #expect(try await stage.taskctl("queue", "pause", "login").exitStatus == 0)
            #expect(try await stage.json("queue", "show", "login")["paused"] == true)
            #expect(try await stage.json("queue", "move", "fans", "login", "--yes")["count"] == 2)
            try await stage.withWorker("paused", "-Q", "login") { _ in
                let waiting = try await stage.json("status", first)
                #expect(waiting["place"] == "waiting")
                #expect(waiting["paused"] == true)
                #expect(try await stage.taskctl("queue", "resume", "login").exitStatus == 0)
                #expect(try await stage.info(of: first).value == 2)
                #expect(try await stage.info(of: second).value == 4)
            }
            _ = try await stage.send("tasks.add", "1", "1", "--queue", "fans")
            let refused = try await stage.taskctl("queue", "purge", "fans")
            #expect(refused.exitStatus != 0, "without a terminal and without --yes")
            #expect(try await stage.json("queue", "purge", "fans", "--yes")["count"] == 1)
            #expect(try await stage.json("queue", "show", "fans")["waiting"] == 0)
        }

        @Test func `Dead letters are shown, retried and discarded`() async throws {
            let stage = try Stage.require()
            for _ in 0..<2 { _ = try await stage.server.cli("-n", "1", "LPUSH", "celery", "not JSON") }
            try await stage.withWorker("undertaker") { _ in
                try await eventually("both are dead letters", timeout: .seconds(120)) {
                    try await stage.app.inspector.deadLetters(queue: "celery").count == 2
                }
                let letters = try #require(await stage.json("dead", "ls")["items"]?.arrayValue)
                let id = try #require(letters.first?["id"]?.stringValue)
                #expect(try await stage.json("dead", "show", id)["reason"]?.stringValue?.contains("JSON") == true)
                #expect(try await stage.taskctl("dead", "retry", id, "--yes").exitStatus == 0)
                try await eventually("the retried one is dead again", timeout: .seconds(120)) {
                    try await stage.app.inspector.deadLetters(queue: "celery").count == 2
                }
                #expect(try await stage.taskctl("dead", "discard", "--all", "--yes").exitStatus == 0)
                #expect(try await stage.app.inspector.deadLetters(queue: "celery").isEmpty)
            }
        }

        @Test func `dev needs no Redis, and leaves nothing`() async throws {
            let stage = try Stage.require()
            let script =
                "\(try BuiltProgram.taskctl) send tasks.add 2 2 && \(try BuiltProgram.taskctl) worker --burst -l error && redis-cli -u $TASKBROKER_URL dbsize"
            let output = try await stage.taskctl("dev", "--", "sh", "-c", script)
            #expect(output.exitStatus == 0, "\(output.standardError)")
            #expect(output.standardOutput.split(separator: "\n").count == 2)
            let failed = try await stage.taskctl("dev", "--", "sh", "-c", "exit 7")
            #expect(failed.exitStatus == 7)
        }
    }
}
