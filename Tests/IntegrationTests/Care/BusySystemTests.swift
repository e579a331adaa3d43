import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// A system that works hard and whose workers are killed is sound all the time.
@Suite(.stage, .serialized, .timeLimit(.minutes(5))) struct BusySystemTests {
    private static let rounds = 6

    @Test func `Nothing is reported while tasks, chords, delays and revocations go on and workers are killed`()
        async throws
    {
        let stage = try Stage.require()
        var examinations = 0
        var damage: [Damage] = []
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.work(stage) }
            // Looks all the time until the work is done.
            let isDone = DoneFlag()
            group.addTask { try await Self.kill(stage, until: isDone) }
            group.addTask {
                try await Self.send(stage)
                try await eventually("everything is done", timeout: .seconds(120)) {
                    let queue = try await stage.app.inspector.queue("user")
                    return queue.waiting + queue.inFlight + queue.delayed == 0
                }
                isDone.set()
            }
            while !isDone.isSet {
                // It asks for repairs as well: a repair of what is sound would do harm.
                let options = ExaminationOptions(isRepairing: examinations.isMultiple(of: 2))
                _ = try await stage.app.inspector.examine(options) { damage.append($0) }
                examinations += 1
            }
            group.cancelAll()
        }
        #expect(damage.isEmpty, "\(damage.prefix(5))")
        #expect(examinations > 20, "\(examinations)")
        #expect(try await stage.app.inspector.queue("user").dead == 0)
        let fsck = try await stage.taskctl("fsck")
        #expect(fsck.exitStatus == 0, "\(fsck.standardOutput)")
    }

    private static func send(_ stage: Stage) async throws {
        let app = stage.app
        for round in 0..<self.rounds {
            let plain = (0..<100).map { index in
                TaskCall(
                    "tasks.sleep",
                    TaskArguments([0.01]),
                    options: .init(
                        countdown: index.isMultiple(of: 4) ? .milliseconds(50 * index) : nil,
                        queue: "user",
                        taskID: "plain-\(round)-\(index)"
                    )
                )
            }
            let ids = try await app.send(plain)
            try await app.revoke(Array(ids.prefix(5)), terminate: true)
            let members = (0..<20).map { index in
                app.signature("tasks.add", args: [.integer(Int64(index)), 1], options: .init(queue: "user"))
            }
            let body = app.partialSignature("tasks.echo", options: .init(queue: "user"))
            let result = try await chord(members, body.taking([JSONValue].self)).delay()
            _ = try await app.inspector.ping(timeout: .milliseconds(200))
            _ = try await result.get(timeout: .seconds(120))
        }
    }

    /// One worker that stays.
    private static func work(_ stage: Stage) async throws {
        do {
            try await stage.withWorker("steady", "-Q", "user", "-c", "8", "--lease", "2") { _ in
                try await Task.sleep(for: .seconds(600))
            }
        } catch is CancellationError {}
    }

    /// Workers that do not.
    private static func kill(_ stage: Stage, until isDone: DoneFlag) async throws {
        var number = 0
        while !isDone.isSet && number < 40 {
            number += 1
            try await stage.withWorker("victim-\(number)", "-Q", "user", "-c", "8", "--lease", "2") { worker in
                try await Task.sleep(for: .milliseconds(Int.random(in: 50...500)))
                worker.send(9)
                _ = try await worker.exitStatus()
            }
        }
    }
}
