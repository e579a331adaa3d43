import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Scenarios {
    /// Programs as tasks, in a worker process with a task file; `reliability.md` R10, T26 and X19.
    @Suite(.stage, .serialized) struct CommandTaskTests {
        private static let file = #"""
            defaults:
              queue: scripts
            tasks:
              count:
                command: [wc, -c]
              environment:
                command: [env]
                output: text
              echo:
                command: [printf, "%s|", "{args[*]}"]
                output: text
              describe:
                command: [cat]
                retry: {max_retries: 1, delay: 0s}
              broken:
                command: [sh, -c, "echo one >&2; echo two >&2; exit 65"]
              busy:
                command: [sh, -c, "test \"$1\" = 1 || { echo busy >&2; exit 75; }", sh, "{retries}"]
                retry: {max_retries: 1, delay: 0s}
                output: none
              crash:
                command: [sh, -c, "kill -SEGV $$"]
              flood:
                command: [yes]
                output_limit: 64k
              deaf:
                command: [sh, -c, "trap '' TERM; echo $$ > \"$1\"; sleep 300 & echo $! >> \"$1\"; while :; do :; done", sh, "{args[0]}"]
                soft_time_limit: 200ms
                time_limit: 600ms
              long:
                command: [sh, -c, "sleep 300 & echo $! > \"$1\"; echo $$ >> \"$1\"; wait", sh, "{args[0]}"]
            """#

        /// The path of the file, written.
        private func taskFile(_ stage: Stage, _ text: String = Self.file) throws -> String {
            let path = "\(stage.server.directory)/tasks.yaml"
            try TextFile.write(text, to: path)
            return path
        }

        /// The process ids that a command has written, when it has written as many.
        private func processes(_ count: Int, in path: String) async throws -> [Substring] {
            var lines: [Substring] = []
            try await eventually("\(count) process ids in \(path)", timeout: .seconds(120)) {
                lines = TextFile.contents(of: path).split(separator: "\n")
                return lines.count >= count
            }
            return lines
        }

        private func expectGone(_ processes: [Substring]) async throws {
            for process in processes {
                try await eventually("process \(process) is gone", timeout: .seconds(120)) {
                    let state = TextFile.contents(of: "/proc/\(process)/stat")
                    return state.isEmpty || state.contains(") Z ")
                }
            }
        }

        @Test func `Programs are tasks like any other`() async throws {
            let stage = try Stage.require()
            let file = try self.taskFile(stage)
            try await stage.withWorker("commands", "--tasks", file, "-c", "2") { worker in
                let environment = try await stage.info(of: stage.send("environment", "-Q", "scripts"))
                let text = try #require(environment.value.stringValue)
                #expect(text.contains("PATH=/usr/local/bin:/usr/bin:/bin"))
                #expect(!text.contains("redis"), "\(text)")
                #expect(!text.contains("TASKBROKER"), "\(text)")

                let hostile = ["; touch /tmp/pwned", "$(reboot)", "`id`", "a  b"]
                let args = JSONValue.array(hostile.map(JSONValue.string)).description
                let echo = try await stage.info(of: stage.send("echo", "--args", args, "-Q", "scripts"))
                #expect(echo.value.stringValue == hostile.map { $0 + "|" }.joined())

                for word in ["-rf", "a\u{0}b"] {
                    let args = JSONValue.array([.string(word)]).description
                    let refused = try await stage.info(of: stage.send("echo", "--args", args, "-Q", "scripts"))
                    #expect(refused.state == .failure)
                    #expect(refused.exception?.type == "CommandArgumentError")
                }

                let id = try await stage.send("describe", "1", "name=x", "-Q", "scripts")
                let document = try await stage.info(of: id).value
                #expect(document["id"] == .string(id))
                #expect(document["task"] == "describe")
                #expect(document["args"] == [1])
                #expect(document["kwargs"] == ["name": "x"])
                #expect(document["retries"] == 0)
                #expect(document["queue"] == "scripts")

                // Of one command into the next, and from a task of the program into a command, which no route leads to.
                let chain = #"[{"task":"count","queue":"scripts"},{"task":"tasks.add","args":[1]},{"task":"describe"}]"#
                let output = try await stage.taskctl("send", "--chain", "-", "--wait", input: chain)
                #expect(output.exitStatus == 0, "\(output.standardError)")
                #expect(output.standardOutput.contains(#""task": "describe""#), "\(output.standardOutput)")
            }
        }

        @Test func `What goes wrong in a program is a failure with its words`() async throws {
            let stage = try Stage.require()
            let file = try self.taskFile(stage)
            try await stage.withWorker("commands", "--tasks", file, "-c", "2") { _ in
                let broken = try await stage.info(of: stage.send("broken", "-Q", "scripts"))
                #expect(broken.exception?.type == "CommandFailed")
                #expect(broken.exception?.message == ["exit status 65 (EX_DATAERR): two"])
                #expect(broken.traceback == "one\ntwo\n")

                let busy = try await stage.info(of: stage.send("busy", "-Q", "scripts"))
                #expect(busy.state == .success)
                #expect(busy.retries == 1)

                let crash = try await stage.info(of: stage.send("crash", "-Q", "scripts"))
                #expect(crash.exception?.message == ["signal 11 (SIGSEGV)"])

                let flood = try await stage.info(of: stage.send("flood", "-Q", "scripts"))
                #expect(flood.exception?.type == "CommandOutputError")
            }
        }

        @Test func `A program that ignores everything is gone after its hard limit, with its family`() async throws {
            let stage = try Stage.require()
            let file = try self.taskFile(stage)
            let notes = "\(stage.server.directory)/deaf"
            try await stage.withWorker("commands", "--tasks", file, "-c", "1") { _ in
                let deaf = try await stage.info(of: stage.send("deaf", notes, "-Q", "scripts"))
                #expect(deaf.exception?.type == "TimeLimitExceeded")
                #expect(deaf.exception?.module == "billiard.exceptions")
                try await self.expectGone(self.processes(2, in: notes))
                // The only slot is free again.
                #expect(try await stage.info(of: stage.send("tasks.add", "2", "2")).value == 4)
            }
        }

        @Test func `Remote control changes the limits of programs, and names them`() async throws {
            let stage = try Stage.require()
            let file = try self.taskFile(stage)
            let notes = "\(stage.server.directory)/limited"
            try await stage.withWorker("commands", "--tasks", file, "-c", "1") { _ in
                func ask(_ method: String, _ arguments: [String: JSONValue]) async throws -> JSONValue? {
                    let name = "commands@test"
                    return try await stage.app.control.ask(method, arguments: arguments, destinations: [name])[name]
                }
                // It takes messages before it listens to commands.
                try await eventually("it has the limit") {
                    try await ask("rate_limit", ["task_name": "echo", "rate_limit": "7/m"])?["ok"] != nil
                }
                let time = try await ask("time_limit", ["task_name": "long", "hard": 0.4])
                #expect(time?["ok"] != nil, "\(String(describing: time))")
                let unknown = try await ask("rate_limit", ["task_name": "no such task", "rate_limit": "7/m"])
                #expect(unknown?["error"] != nil, "\(String(describing: unknown))")
                let registered = try await ask("registered", ["taskinfoitems": ["rate_limit", "time_limit"]])
                let lines = registered?.arrayValue?.compactMap(\.stringValue) ?? []
                #expect(lines.contains { $0.hasPrefix("echo") && $0.contains("rate_limit=7/m") }, "\(lines)")
                #expect(lines.contains { $0.hasPrefix("long") && $0.contains("time_limit=0.4") }, "\(lines)")
                let long = try await stage.info(of: stage.send("long", notes, "-Q", "scripts"))
                #expect(long.exception?.type == "TimeLimitExceeded", "\(long)")
            }
        }

        @Test func `A revoked program is asked to end, and nothing outlives a worker that is killed`() async throws {
            let stage = try Stage.require()
            let file = try self.taskFile(stage)
            let (first, second) = ("\(stage.server.directory)/first", "\(stage.server.directory)/second")
            try await stage.withWorker("commands", "--tasks", file, "-c", "1") { worker in
                let revoked = try await stage.send("long", first, "-Q", "scripts")
                let family = try await self.processes(2, in: first)
                try await stage.app.result(for: revoked).revoke(terminate: true)
                #expect(try await stage.info(of: revoked).state == .revoked)
                try await self.expectGone(family)

                _ = try await stage.send("long", second, "-Q", "scripts")
                let orphans = try await self.processes(2, in: second)
                worker.send(9)
                _ = try await worker.exitStatus()
                try await self.expectGone(orphans)
            }
        }

        @Test func `A file with mistakes starts nothing and names each`() async throws {
            let stage = try Stage.require()
            let file = try self.taskFile(stage, "tasks:\n  a: {comand: [cat]}\n  b: {command: [no-such-program]}\n")
            let output = try await stage.taskctl("worker", "--tasks", file, "--burst")
            #expect(output.exitStatus == 78)
            #expect(
                output.standardError.contains("tasks.yaml:2:7: tasks.a.comand: unknown key"),
                "\(output.standardError)"
            )
            #expect(output.standardError.contains("tasks.yaml:3:17: tasks.b.command[0]:"), "\(output.standardError)")

            let good = try self.taskFile(stage)
            let table = try await stage.taskctl("worker", "--tasks", good, "--check")
            #expect(table.exitStatus == 0, "\(table.standardError)")
            #expect(table.standardOutput.contains("echo         scripts"), "\(table.standardOutput)")
            let document = try await stage.json("worker", "--tasks", good, "--check")
            #expect(document["kind"] == "command-task")
            #expect(document["items"]?[8]?["time_limit"] == 0.6, "\(document)")
        }

        @Test func `The examples do what they say`() async throws {
            let stage = try Stage.require()
            let file = "\(BuiltProgram.root)/Examples/CommandTasks/tasks.yaml"
            try await stage.withWorker("examples", "--tasks", file) { _ in
                let count = try await stage.info(of: stage.send("text.count", "one two", "-Q", "scripts"))
                #expect(count.value == ["lines": 1, "words": 2, "letters": 7], "\(count)")
                let wrong = try await stage.info(of: stage.send("text.count", "7", "-Q", "scripts"))
                #expect(wrong.exception?.message.first?.stringValue?.hasPrefix("exit status 65 (EX_DATAERR)") == true)
                let usage = try await stage.info(of: stage.send("disk.usage", "/bin", "-Q", "scripts"))
                #expect(usage.value.stringValue.flatMap(Int.init) != nil, "\(usage)")
                let sent = try await stage.info(of: stage.send("notify.send", "to=me", "-Q", "scripts"))
                #expect(sent.state == .success)
            }
        }

        @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
        func `A worker becomes another user for good`() async throws {
            let stage = try Stage.require()
            try await stage.withWorker("nobody", "--uid", "65534", "--gid", "65533") { worker in
                // Of every thread: ids are a thread's own, and the one that was forgotten would do.
                let script = "cat /proc/\(try await worker.processID())/task/*/status"
                let status = try await ChildProcess.run("sh", ["-c", script]).standardOutput
                func values(_ name: String) -> Set<[Substring]> {
                    let lines = status.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
                    return Set(lines.filter { $0.first == "\(name):" }.map { Array($0.dropFirst()) })
                }
                #expect(values("Uid") == [["65534", "65534", "65534", "65534"]])
                #expect(values("Gid") == [["65533", "65533", "65533", "65533"]])
                #expect(Set(values("Groups").joined()).isSubset(of: ["65533", "65534"]), "\(values("Groups"))")
                #expect(values("CapEff") == [["0000000000000000"]])
                #expect(try await stage.info(of: stage.send("tasks.add", "2", "2")).value == 4)
            }
            let output = try await stage.taskctl("worker", "--uid", "no-such-user", "--burst")
            #expect(output.exitStatus == 78)
            #expect(output.standardError.contains("no-such-user"))
        }
    }
}
