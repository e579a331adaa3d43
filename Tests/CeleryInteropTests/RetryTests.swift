import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension CeleryInterop {
    /// The same task again: state, counter, and what the message keeps.
    struct RetryTests {
        @Test(arguments: Direction.allCases)
        func `A retried task keeps its id, its priority and its headers`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let gate = fleet.freshPath("gate")
            let call = Call("interop.retry_once", [.string(gate)]).with {
                $0.priority = 6
                $0.headers = ["x-test": "kept"]
            }
            let id = try await fleet.send(call, direction)

            // The second attempt waits for the gate, so the state stays what the first one left.
            let result = fleet.app.result(for: id)
            try await eventually("we see RETRY", timeout: .seconds(120)) { try await result.state == .retry }
            let info = try #require(await result.info)
            #expect(info.exception == ExceptionDocument(type: "ValueError", message: ["not yet"], module: "builtins"))
            let python = try await fleet.pythonState(of: id)
            #expect(python["state"] == "RETRY")
            #expect(python["exception"]?["type"] == "ValueError")

            try TextFile.write("", to: gate)
            let outcome = try await fleet.outcome(of: id)
            #expect(outcome.state == .success)
            #expect(outcome.value == ["id": .string(id), "retries": 1, "priority": 6, "header": "kept"])
        }

        @Test func `A retry that a Python task sends to our queue runs there`() async throws {
            let outcome = try await Fleet.require().run(Call("interop.retry_elsewhere", ["swift"]), .swiftToPython)
            #expect(outcome.value == "swift")
        }

        @Test(arguments: Direction.allCases)
        func `After the last retry the task fails`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let id = try await fleet.send(Call("interop.retry_for_ever", [false]), direction)
            let outcome = try await fleet.outcome(of: id)
            #expect(outcome.state == .failure)
            #expect(outcome.exception?.type == "MaxRetriesExceededError")
            #expect(outcome.exception?.module == "celery.exceptions")
            #expect(
                outcome.exception?.message == ["Can't retry interop.retry_for_ever[\(id)] args:(False,) kwargs:{}"]
            )
        }

        @Test(arguments: Direction.allCases)
        func `After the last retry the task fails with its cause`(_ direction: Direction) async throws {
            let outcome = try await Fleet.require().run(Call("interop.retry_for_ever", [true]), direction)
            #expect(
                outcome.exception == ExceptionDocument(type: "ValueError", message: ["still not"], module: "builtins")
            )
        }
    }
}
