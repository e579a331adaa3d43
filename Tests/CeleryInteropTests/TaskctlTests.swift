import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension CeleryInterop {
    /// The program of the command line among Python programs: as a worker, as a sender, and for asking.
    @Suite(.serialized) struct TaskctlTests {
        /// Where the program finds the Redis of the fleet.
        private static func environment(_ fleet: Fleet) -> [String: String?] {
            [
                "TASKBROKER_URL": fleet.server.url(database: 1),
                "TASKBROKER_BACKEND_URL": fleet.server.url(database: 2),
            ]
        }

        private static func run(_ fleet: Fleet, _ arguments: String...) async throws -> ChildProcess.Output {
            try await ChildProcess.run(BuiltProgram.taskctl, arguments, environment: Self.environment(fleet))
        }

        @Test func `A taskctl worker serves a Python client`() async throws {
            let fleet = try Fleet.require()
            let queue = unique("taskctl")
            try await GuardedProcess.with(
                queue,
                BuiltProgram.taskctl,
                ["worker", "-Q", queue, "-n", "\(queue)@test"],
                environment: Self.environment(fleet),
                directory: fleet.server.directory
            ) { worker in
                let sum = try await fleet.send(
                    Call("tasks.add", [20], ["y": 22]).with { $0.queue = queue },
                    .pythonToSwift
                )
                #expect(try await fleet.outcome(of: sum).value == 42)
                let failing = Call("tasks.fail", ["no such user"]).with { $0.queue = queue }
                let failed = try await fleet.outcome(of: fleet.send(failing, .pythonToSwift))
                #expect(failed.exception?.type == "RuntimeError")
                let extended = try await fleet.peer.call("extended", ["id": .string(sum)])
                #expect(extended["worker"] == .string("\(queue)@test"))
                #expect(worker.isRunning)
            }
        }

        @Test func `taskctl sends to a Python worker, and prints what it returned`() async throws {
            let fleet = try Fleet.require()
            let sum = try await Self.run(fleet, "send", "interop.add", "20", "y=22", "--queue", "python", "--wait")
            #expect(sum.standardOutput == "42\n", "\(sum.standardError)")
            let failed = try await Self.run(fleet, "send", "interop.fail", "own", "Ada", "--queue", "python", "--wait")
            #expect(failed.standardOutput.isEmpty)
            #expect(failed.standardError.contains("NoSuchUser: Ada, 42"), "\(failed.standardError)")
        }

        @Test(arguments: [
            ["--queue", "fans"], ["--exchange", "fans_followers", "--routing-key", "for_fans_followers"],
        ])
        func `taskctl, Swift and Python send to the same list`(_ options: [String]) async throws {
            let fleet = try Fleet.require()
            let call = Call("tasks.echo", [1]).with {
                $0.queue = options.count == 2 ? "fans" : nil
                $0.exchange = options.count == 2 ? nil : "fans_followers"
                $0.routingKey = options.count == 2 ? nil : "for_fans_followers"
            }
            var ids: [String] = []
            for direction in Direction.allCases { ids.append(try await fleet.sendAsIs(call, direction)) }
            let output = try await ChildProcess.run(
                BuiltProgram.taskctl,
                ["send", "tasks.echo", "1"] + options,
                environment: Self.environment(fleet)
            )
            ids += output.standardOutput.split(separator: "\n").map(String.init)
            let peeked = try await fleet.app.inspector.peek("fans")
            #expect(peeked.map(\.id) == ids)
            _ = try await fleet.app.inspector.purge("fans")
        }

        @Test func `A task that a Python worker holds is found`() async throws {
            let fleet = try Fleet.require()
            let gate = fleet.freshPath("gate")
            // One that is not due yet: a Python worker keeps it in its memory.
            let id = try await fleet.send(
                Call("interop.report", [.string(gate)]).with { $0.countdown = 5 },
                .swiftToPython
            )
            try await eventually("the Python worker has taken it", timeout: .seconds(120)) {
                try await fleet.app.inspector.locate(taskID: id)?.place == .takenByPython
            }
            let status = try await Self.run(fleet, "status", id)
            #expect(status.standardOutput.contains("Python"), "\(status.standardOutput)")
            try TextFile.write("", to: gate)
            #expect(try await fleet.outcome(of: id).value == "reported")
        }
    }
}
