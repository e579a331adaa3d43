import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// S3: `add.delay(2, 2)`, with another process as the worker.
    @Suite(.stage, .serialized) struct AddDelayTests {
        @Test func `The id comes at once, ready turns true, get gives 4`() async throws {
            let stage = try Stage.require()
            let add = stage.app.task("tasks.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
            let result = try await add.delay(2, 2)
            #expect(try await !result.ready)
            #expect(try await result.state == .pending)
            try await stage.withWorker("adder") { _ in
                #expect(try await result.get(timeout: .seconds(120)) == 4)
                #expect(try await result.ready)
                #expect(try await stage.app.sendTask("tasks.add", args: [5, 10]).get(timeout: .seconds(120)) == 15)
                let keyword = try await stage.app.sendTask("tasks.add", kwargs: ["x": 5, "y": 11])
                #expect(try await keyword.get(timeout: .seconds(120)) == 16)
            }
        }

        @Test func `A name that no worker knows is parked and reported, not dropped`() async throws {
            let stage = try Stage.require()
            try await stage.withWorker("parker") { worker in
                let id = try await stage.send("tasks.unheard_of", "1")
                try await eventually("the message is parked", timeout: .seconds(120)) {
                    try await stage.json("status", id)["place"] == "parked"
                }
                #expect(worker.errorText.contains("not registered"))
                let queue = try await stage.json("queue", "show", "celery")
                #expect(queue["parked"] == 1)
                let output = try await stage.taskctl("result", id, "--no-wait")
                #expect(output.exitStatus == 75)
                #expect(output.standardOutput.isEmpty)
            }
        }
    }
}
