import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// Tasks in processes that send into queues which take only so much: what the queue says travels down the socket.
@Suite(.serialized, .timeLimit(.minutes(3))) struct FullQueueTests {
    private static let full = JSONValue.string("\(TaskBrokerError.Code.queueFull)")

    @Test func `a queue that refuses what is too much tells the task, which goes on`() async throws {
        try await HostStage.with(HostStage.faultWorker()) { stage in
            let info = try await stage.info(stage.send("fault.send", "narrow", 4))
            #expect(info.value == ["sent", "sent", Self.full, Self.full])
            try #expect(await stage.app.inspector.queue("narrow").waiting == 2)
        }
    }

    @Test func `a task waits for room as long as the queue says, and no longer`() async throws {
        try await HostStage.with(HostStage.faultWorker()) { stage in
            let begin = ContinuousClock.now
            let info = try await stage.info(stage.send("fault.send", "impatient", 2))
            #expect(info.value == ["sent", Self.full])
            #expect(begin.duration(to: .now) >= .milliseconds(300))
        }
    }

    @Test func `while a task waits for room its host runs others, and room lets it go on`() async throws {
        try await HostStage.with(HostStage.faultWorker(), concurrency: 4) { stage in
            let sender = try await stage.send("fault.send", "patient", 2)
            try await eventually("the queue is full") {
                try await stage.app.inspector.queue("patient").waiting == 1
            }
            let other = try await stage.info(stage.send("fault.effect", "beside", 0))
            #expect(other.value == "beside")
            try #expect(await stage.app.result(for: sender).state == .pending)
            _ = try await stage.app.inspector.purge("patient")
            #expect(try await stage.info(sender).value == ["sent", "sent"])
            try #expect(await stage.app.inspector.queue("patient").waiting == 1)
        }
    }
}
