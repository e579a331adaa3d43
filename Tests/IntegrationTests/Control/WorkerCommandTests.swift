import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// Commands as a worker on a real Redis carries them out.
@Suite(.serialized, .timeLimit(.minutes(4))) struct WorkerCommandTests {
    private static func ask(
        _ worker: Worker,
        _ method: String,
        _ arguments: [String: JSONValue] = [:]
    ) async throws -> JSONValue? {
        try await worker.app.control.ask(
            method,
            arguments: arguments,
            destinations: [worker.node],
            timeout: .seconds(20)
        )[worker.node]
    }

    @Test func `a queue that is refused leaves nothing behind`() async throws {
        try await WorkerStage.with { stage in
            try await stage.withWorker { worker in
                let answer = try await Self.ask(
                    worker,
                    "add_consumer",
                    ["queue": "news", "exchange": "news", "exchange_type": "fanout"]
                )
                #expect(answer.flatMap { ControlAnswer.errorText(of: $0) }?.contains("fanout") == true)
                try #expect(await stage.server.cli("KEYS", "*news*") == "")
                let queues = try await Self.ask(worker, "active_queues")?.arrayValue
                #expect(queues?.map { $0["name"] } == ["celery"])
            }
        }
    }

    @Test func `a worker takes from a thousand queues at most`() async throws {
        try await BrokerFixture.with { fixture in
            let queues = (0..<1000).map { Queue("q\($0)") }
            try await fixture.withConsumer(queues) { consumer in
                let error = try #require(throws: TaskBrokerError.self) { try consumer.setQueues(queues + ["other"]) }
                #expect(error.code == .invalidConfiguration && error.message.contains("1001 queues"))
                #expect(consumer.queues.count == 1000)
            }
            #expect(throws: TaskBrokerError.self) {
                try fixture.broker.makeConsumer(
                    ConsumerConfiguration(queues: queues + ["other"], lease: .seconds(1), node: "w@h")
                )
            }
        }
    }

    @Test func `built-in tasks are listed for those who ask for them`() async throws {
        try await WorkerStage.with { stage in
            stage.app.task("tasks.own") { 1 }
            try await stage.withWorker { worker in
                let own = try await Self.ask(worker, "registered")
                #expect(own == ["tasks.own"])
                let all = try await Self.ask(worker, "registered", ["builtins": true])?.arrayValue ?? []
                #expect(all.contains("celery.chord_unlock") && all.contains("tasks.own"))
                #expect(all.count == BuiltInTasks.byName.count + 1)
            }
        }
    }

    @Test func `a task that waits for its time is shown, and found`() async throws {
        try await WorkerStage.with { stage in
            let task = stage.app.task("tasks.own") { 1 }
            try await stage.withWorker { worker in
                let result = try await task.apply(options: .init(countdown: .seconds(3600)))
                try await eventually("it is put aside") {
                    try await Self.ask(worker, "scheduled")?.arrayValue?.count == 1
                }
                let found = try await Self.ask(worker, "query_task", ["ids": [.string(result.id)]])
                #expect(found?[result.id]?.arrayValue?.first == "scheduled")
            }
        }
    }
}
