import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// Tasks that do not end when they should (reliability T26).
@Suite(.serialized, .timeLimit(.minutes(4))) struct OvertimeTests {
    /// A wide bound, for machines that are busy: the limit is a second and the kill comes 150 ms later.
    private static let bound: Duration = .seconds(20)

    @Test(arguments: ["spin", "block"])
    func `a task that ignores its limit is killed, and its slot is free`(how: String) async throws {
        try await HostStage.with(HostStage.taskctl(count: 1), concurrency: 1) { stage in
            let options = TaskOptions(timeLimit: .seconds(1))
            let begin = ContinuousClock.now
            let info = try await stage.info(stage.send("tasks.crash", .string(how), options: options))
            #expect(
                info.exception
                    == ExceptionDocument(type: "TimeLimitExceeded", message: [1], module: "billiard.exceptions")
            )
            #expect(begin.duration(to: .now) < Self.bound)
            // One at a time: it runs in the slot of the other.
            try #expect(await stage.info(stage.send("tasks.add", 2, 2)).value == 4)
            try #expect(await stage.deadLetters().isEmpty)
        }
    }

    @Test func `a task that ends when it is cancelled costs no process`() async throws {
        try await HostStage.with(HostStage.taskctl(count: 1)) { stage in
            try await eventually("it is there") { try await stage.processIDs().count == 1 }
            let before = try await stage.processIDs()
            let hard = try await stage.send("tasks.sleep", 60.0, options: TaskOptions(timeLimit: .seconds(1)))
            let soft = try await stage.send("tasks.sleep", 60.0, options: TaskOptions(softTimeLimit: .seconds(1)))
            try #expect(await stage.info(hard).exception?.type == "TimeLimitExceeded")
            try #expect(await stage.info(soft).exception?.type == "SoftTimeLimitExceeded")
            try #expect(await stage.processIDs() == before)
        }
    }

    @Test func `what runs beside a task that is killed runs again, and costs nobody a retry`() async throws {
        try await HostStage.with(HostStage.taskctl(count: 1)) { stage in
            var others: [String] = []
            for _ in 0..<4 { others.append(try await stage.send("tasks.sleep", 2.0)) }
            let options = TaskOptions(timeLimit: .seconds(1))
            let late = try await stage.info(stage.send("tasks.crash", "block", options: options))
            #expect(late.exception?.type == "TimeLimitExceeded")
            for id in others {
                let info = try await stage.info(id)
                #expect(info.state == .success)
                #expect(info.retries == 0)
            }
        }
    }

    @Test func `a terminated task that goes on is killed`() async throws {
        try await HostStage.with(HostStage.taskctl(count: 1), concurrency: 2) { stage in
            let id = try await stage.send("tasks.crash", "spin")
            try await eventually("it runs") { try await stage.ask("active")?.arrayValue?.count == 1 }
            let pid = try await stage.processIDs().first
            let active = try await stage.ask("active")?[0]
            #expect(active?["worker_pid"]?.integerValue == pid)
            try await stage.app.revoke([id], terminate: true)
            try #expect(await stage.info(id).state == .revoked)
            try #expect(await stage.info(stage.send("tasks.add", 2, 2)).value == 4)
        }
    }
}
