import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// Canvases from files, groups and trees, with `taskctl` alone.
    @Suite(.stage, .serialized) struct CanvasCommandTests {
        private func lines(_ calls: (task: String, args: JSONValue)...) -> String {
            calls.map { "{\"task\": \"\($0.task)\", \"args\": \($0.args)}\n" }.joined()
        }

        @Test func `Canvases from files are sent and waited for`() async throws {
            let stage = try Stage.require()
            try await stage.withWorker("worker", "-c", "4") { _ in
                let chain = self.lines(("tasks.add", [1, 2]), ("tasks.add", [10]), ("tasks.echo", []))
                let chained = try await stage.taskctl("send", "--chain", "-", "--wait", "--timeout", "30", input: chain)
                #expect(chained.standardOutput == "13\n", "\(chained.standardError)")
                #expect(chained.exitStatus == 0)

                let chord =
                    #"{"header": [{"task": "tasks.add", "args": [1, 1]}, {"task": "tasks.add", "args": [2, 2]}], "#
                    + #""body": {"task": "tasks.echo"}}"#
                let joined = try await stage.taskctl("send", "--chord", "-", "-w", "--timeout", "30", input: chord)
                #expect(joined.standardOutput == "[2, 4]\n", "\(joined.standardError)")

                let failing = self.lines(("tasks.fail", ["no"]), ("tasks.echo", []))
                let failed = try await stage.taskctl("send", "--chain", "-", "-w", "--timeout", "30", input: failing)
                #expect(failed.exitStatus == 4)
                #expect(failed.standardError.contains("RuntimeError: no"))

                let dry = try await stage.taskctl("send", "--chain", "-", "--dry-run", input: chain)
                try #expect(JSONValue(parsing: dry.standardOutput)["subtask_type"] == "chain")
            }
        }

        @Test func `A group is found by its id`() async throws {
            let stage = try Stage.require()
            let calls = self.lines(("tasks.add", [1, 2]), ("tasks.echo", ["x"]))
            let sent = try await stage.taskctl("send", "--group", "-", input: calls)
            let id = String(try #require(sent.standardOutput.split(separator: "\n").first))
            let early = try await stage.taskctl("group", "wait", id, "--timeout", "0.2s")
            #expect(early.exitStatus == 124)
            #expect(early.standardError.contains("2 tasks: 0 succeeded, 0 failed, 2 have not ended."))

            try await stage.withWorker("worker", "-c", "4") { _ in
                let waited = try await stage.taskctl("group", "wait", id, "--timeout", "30")
                #expect(waited.standardOutput == "[3, \"x\"]\n", "\(waited.standardError)")
                #expect(waited.exitStatus == 0)
                let shown = try await stage.json("group", "show", id)
                #expect(shown["succeeded"] == 2)
                #expect(shown["items"]?.arrayValue?.map { $0["value"] } == [3, "x"])
                let table = try await stage.taskctl("group", "show", id)
                #expect(table.standardOutput.contains("SUCCESS"))

                let bad = self.lines(("tasks.add", [1, 2]), ("tasks.fail", ["no"]))
                let failed = try await stage.taskctl("send", "--group", "-", "-w", "--timeout", "30", input: bad)
                #expect(failed.exitStatus == 4)
                #expect(failed.standardOutput.isEmpty)
                #expect(failed.standardError.contains("RuntimeError: no"))
            }
            #expect(try await stage.taskctl("group", "show", "nobody").exitStatus == 3)
        }

        @Test func `A group that cannot be saved was sent all the same`() async throws {
            let stage = try Stage.require()
            let calls = self.lines(("tasks.add", [1, 2]), ("tasks.echo", ["x"]))
            // Whoever may write to the queues and nowhere else cannot save a group.
            let keys = ["tb:*", "_kombu*", "celery"].map { "~\($0)" }
            _ = try await stage.server.cli("ACL", "SETUSER", "default", "resetkeys", keys[0], keys[1], keys[2])
            let sent = try await stage.taskctl("send", "--group", "-", "--timeout", "2", input: calls)
            _ = try await stage.server.cli("ACL", "SETUSER", "default", "allkeys")
            #expect(sent.exitStatus == 0)
            #expect(!sent.standardOutput.isEmpty, "the id is printed")
            #expect(sent.standardError.contains("The canvas was sent, but"), "\(sent.standardError)")
        }

        @Test func `A tree tells what followed what`() async throws {
            let stage = try Stage.require()
            try await stage.withWorker("worker", "-c", "4") { _ in
                let app = stage.app
                let flow =
                    app.signature("tasks.add", args: [1, 2])
                    | group([app.partialSignature("tasks.add", args: [1]), app.partialSignature("tasks.fail")])
                let result = try await flow.delay()
                _ = try await result.group?.wait(timeout: .seconds(120))
                let failed = try #require(result.group?.results.last?.id)
                let tree = try await stage.json("task", "tree", failed)
                let items = try #require(tree["items"]?.arrayValue)
                #expect(items.map { $0["depth"] } == [0, 1, 2, 2])
                #expect(items.map { $0["group"] } == [false, true, false, false])
                #expect(items.map { $0["state"] } == ["SUCCESS", .null, "SUCCESS", "FAILURE"])
                #expect(items.last?["id"] == .string(failed))
                let text = try await stage.taskctl("task", "tree", failed)
                #expect(text.standardOutput.contains("   ├─ "))
                #expect(text.standardOutput.contains("   └─ \(failed)  FAILURE"))
            }
            #expect(try await stage.taskctl("task", "tree", "nobody").exitStatus == 3)
        }
    }
}
