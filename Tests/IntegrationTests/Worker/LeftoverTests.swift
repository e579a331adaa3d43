import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// What stays in Redis when everybody has gone: nothing without a time to live but what Celery itself would leave.
@Suite(.serialized) struct LeftoverTests {
    @Test(arguments: [true, false])
    func `no key of ours outlives a worker for ever`(isKilled: Bool) async throws {
        try await WorkerStage.with { stage in
            let add = stage.app.task("tasks.add") { (x: Int, y: Int) in x + y }
            let total = stage.app.task("tasks.total") { (values: [Int]) in values.reduce(0, +) }
            let fail = stage.app.task("tasks.fail") { (_: Int) -> Int in throw TaskFailure(type: "Oops", message: "no")
            }
            func work() async throws {
                let sum = try await (group((0..<5).map { add.s($0, 1) }) | total.partial()).delay()
                try #expect(await sum.get() == 15)
                await #expect(throws: TaskFailure.self) {
                    _ = try await (group([add.s(1, 1), fail.s(1)]) | total.partial()).delay().get()
                }
                try await stage.app.revoke(["nobody"])
                try #expect(await add.apply(1, 2, options: .init(countdown: .milliseconds(200))).get() == 3)
                try #expect(await stage.app.inspector.ping(timeout: .seconds(2)).count == 1)
            }
            if isKilled {
                // Cancelled in the middle, with a task in its hands.
                let worker = try Worker(stage.app, configuration: .init(concurrency: 2, name: "celery@killed"))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await worker.run() }
                    try await work()
                    group.cancelAll()
                }
            } else {
                try await stage.withWorker(concurrency: 2) { _ in try await work() }
            }
            var lasting: [String] = []
            for key in try await stage.server.cli("KEYS", "*").split(separator: "\n").map(String.init) {
                if try await stage.server.cli("TTL", key) == "-1" { lasting.append(key) }
            }
            // kombu's tables of bindings and of their deadlines stay behind Celery's workers, too.
            let tables = ["_kombu.binding.celery", "_kombu.binding_permanent.celery", "_kombu.binding_deadlines"]
            #expect(Set(lasting).isSubset(of: tables), "\(lasting)")
        }
    }
}
