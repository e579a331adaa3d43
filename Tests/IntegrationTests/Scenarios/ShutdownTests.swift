import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// SIGTERM once and twice.
    @Suite(.stage, .serialized) struct ShutdownTests {
        @Test func `The first TERM lets the running task finish`() async throws {
            let stage = try Stage.require()
            try await stage.withWorker("warm", "-c", "1") { worker in
                let running = try await stage.send("tasks.sleep", "3")
                try await eventually("the task runs", timeout: .seconds(120)) {
                    try await stage.runner(of: running) == "warm@test"
                }
                let waiting = try await stage.send("tasks.echo", "1")
                worker.send(15)
                #expect(try await worker.exitStatus(timeout: .seconds(120)) == 0)
                #expect(try await stage.app.result(for: running).state == .success)
                #expect(try await stage.json("status", waiting)["place"] == "waiting")
                #expect(try await stage.app.inspector.workers().allSatisfy { $0.node != "warm@test" })
            }
            #expect(try await stage.json("queue", "purge", "celery", "--yes")["count"] == 1)
        }

        /// Whoever has read what a worker says of itself may end it at once.
        @Test(arguments: [("worker", "queues"), ("dev", "TASKBROKER_URL")])
        func `A TERM that comes with the first line ends it as any other`(command: String, line: String) async throws {
            let stage = try Stage.require()
            for round in 1...50 {
                try await GuardedProcess.with(
                    "\(command)-\(round)",
                    BuiltProgram.taskctl,
                    [command, "-n", "\(command)-\(round)@test", "-c", "2", "--hosts", round % 10 == 0 ? "1" : "0"],
                    environment: stage.environment,
                    directory: stage.server.directory
                ) { process in
                    try await process.eventually("it says something") {
                        process.outputText.contains(line) || process.errorText.contains(line)
                    }
                    process.send(15)
                    #expect(try await process.exitStatus(timeout: .seconds(120)) == 0, "\(process.errorText)")
                }
            }
        }

        @Test func `The second TERM gives the running task back, at the head of its queue`() async throws {
            let stage = try Stage.require()
            let running = try await stage.withWorker("cold", "-c", "1") { worker in
                let running = try await stage.send("tasks.sleep", "8")
                try await eventually("the task runs", timeout: .seconds(120)) {
                    try await stage.runner(of: running) == "cold@test"
                }
                let waiting = try await stage.send("tasks.echo", "1")
                worker.send(15)
                try await worker.eventually("it is told to finish") { worker.errorText.contains("once more") }
                #expect(try await stage.runner(of: running) == "cold@test")
                worker.send(15)
                #expect(try await worker.exitStatus(timeout: .seconds(120)) == 143)
                let waits = try await stage.app.inspector.peek("celery")
                #expect(waits.map(\.id) == [running, waiting])
                return running
            }
            try await stage.withWorker("heir", "-c", "1") { _ in
                try await eventually("the heir runs it first", timeout: .seconds(120)) {
                    try await stage.runner(of: running) == "heir@test"
                }
                let info = try await stage.info(of: running)
                #expect(info.state == .success)
                #expect(info.retries == 0)
            }
        }
    }
}
