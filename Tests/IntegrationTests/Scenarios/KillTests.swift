import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// `kill -9`: nothing is lost, and nobody's retries are used up.
    @Suite(.stage, .serialized) struct KillTests {
        private static let lease: Duration = .seconds(3)

        @Test func `Another worker runs the tasks of a killed one within the lease and five seconds`() async throws {
            let stage = try Stage.require()
            let calls = (0..<4).map { _ in TaskCall("tasks.sleep", TaskArguments([5.0]), options: .init(queue: "user"))
            }
            try await stage.withWorker("victim", "-Q", "user", "-c", "4", "--lease", "3") { victim in
                let ids = try await stage.app.send(calls)
                try await eventually("the victim runs all four", timeout: .seconds(120)) {
                    for id in ids where try await stage.runner(of: id) != "victim@test" { return false }
                    return true
                }
                try await stage.withWorker("heir", "-Q", "user", "-c", "4", "--lease", "3") { _ in
                    let killed = ContinuousClock.now
                    victim.send(9)
                    #expect(try await victim.exitStatus() == 128 + 9)
                    try await eventually("the heir runs all four", timeout: Self.lease + .seconds(5)) {
                        for id in ids where try await stage.runner(of: id) != "heir@test" { return false }
                        return true
                    }
                    #expect(ContinuousClock.now - killed < Self.lease + .seconds(5))
                    for id in ids {
                        let info = try await stage.info(of: id)
                        #expect(info.state == .success)
                        #expect(info.worker == "heir@test")
                        #expect(info.retries == 0)
                    }
                }
            }
            let queue = try await stage.app.inspector.queue("user")
            #expect(queue.waiting + queue.inFlight + queue.delayed + queue.dead == 0)
        }

        @Test func `No task is lost of hundreds when one of three workers is killed`() async throws {
            let stage = try Stage.require()
            let calls = (0..<600).map { index in
                TaskCall(
                    "tasks.sleep",
                    TaskArguments([0.02]),
                    options: .init(queue: "user", taskID: "hundreds-\(index)")
                )
            }
            let ids = try await stage.app.send(calls)
            try await stage.withWorker("one", "-Q", "user", "-c", "2", "--lease", "3") { _ in
                try await stage.withWorker("two", "-Q", "user", "-c", "2", "--lease", "3") { _ in
                    try await stage.withWorker("three", "-Q", "user", "-c", "2", "--lease", "3") { victim in
                        try await eventually("a third is done", timeout: .seconds(120)) {
                            try await stage.app.inspector.queue("user").waiting < 400
                        }
                        victim.send(9)
                        for id in ids {
                            let info = try await stage.info(of: id)
                            #expect(info.state == .success)
                            #expect(info.retries == 0)
                        }
                    }
                }
            }
        }
    }
}
