import CeleryProtocol
import TaskBroker
import Testing

extension CeleryInterop {
    /// Errors of either language in the clients of both.
    struct FailureTests {
        @Test(arguments: Direction.allCases)
        func `A builtin exception is one in the other language`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let id = try await fleet.send(Call("interop.fail", ["builtin", "no such user"]), direction)
            let outcome = try await fleet.outcome(of: id)
            #expect(outcome.state == .failure)
            #expect(
                outcome.exception
                    == ExceptionDocument(type: "ValueError", message: ["no such user"], module: "builtins")
            )
            #expect(outcome.catchableAs.contains("ValueError"))

            let seen = try await fleet.peer.call("raises", ["id": .string(id), "timeout": 10])
            #expect(seen["raised"] == "ValueError")
            #expect(seen["text"] == "no such user")
            let failure = await #expect(throws: TaskFailure.self) { try await fleet.app.result(for: id).get() }
            #expect(failure?.description == "ValueError: no such user")
            #expect(failure?.isRevoked == false)
        }

        @Test func `A Swift error is an exception of its name in Python`() async throws {
            let outcome = try await Fleet.require().run(Call("interop.fail", ["own", "Ada"]), .pythonToSwift)
            #expect(outcome.exception == ExceptionDocument(type: "NoSuchUser", message: ["Ada"], module: "taskbroker"))
            // Made up by the client, which has no module of that name.
            #expect(outcome.pythonModule == "celery.exceptions")
            #expect(outcome.catchableAs.contains("Exception"))
        }

        @Test func `A Python exception keeps its type, its module, its arguments and its traceback`() async throws {
            let fleet = try Fleet.require()
            let own = try await fleet.run(Call("interop.fail", ["own", "Ada"]), .swiftToPython)
            #expect(
                own.exception == ExceptionDocument(type: "NoSuchUser", message: ["Ada", 42], module: "interop_app")
            )
            #expect(own.catchableAs.contains("NoSuchUser"))
            let traceback = try #require(own.traceback)
            #expect(traceback.hasPrefix("Traceback (most recent call last):"))
            #expect(traceback.contains("raise NoSuchUser(message, 42)"))

            let system = try await fleet.run(Call("interop.fail", ["os", "no such file"]), .swiftToPython)
            #expect(system.exception?.message == [2, "no such file"])
        }

        @Test func `A Python worker does not know the task`() async throws {
            let outcome = try await Fleet.require().run(Call("interop.unheard_of"), .swiftToPython)
            #expect(
                outcome.exception
                    == ExceptionDocument(
                        type: "NotRegistered",
                        message: ["interop.unheard_of"],
                        module: "celery.exceptions"
                    )
            )
        }

        @Test func `A task that our worker does not know waits for one that does`() async throws {
            let fleet = try Fleet.require()
            let queue = unique("unknown")
            let ignorant = try Fleet.makeApp(fleet.server, fleet.marks, definesTasks: false)
            let id = try await fleet.send(Call("interop.add", [20, 22]).with { $0.queue = queue }, .pythonToSwift)
            try await ignorant.run { ignorant in
                try await fleet.withWorker(ignorant, queues: [queue]) {
                    try await fleet.eventuallyParked(id, in: queue)
                }
            }
            #expect(try await fleet.app.result(for: id).state == .pending)
            try await fleet.withWorker(queues: [queue]) {
                try #expect(await fleet.outcome(of: id).value == 42)
            }
        }
    }
}
