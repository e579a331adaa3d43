import CeleryProtocol
import Logging
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Hearing events: an inspector's, those of an election, and those of a producer.
@Suite(.serialized, .timeLimit(.minutes(4))) struct ListeningTests {
    static let stamp = EventStamp(hostname: "other@h", pid: 1, utcoffset: 0, clock: 41, timestamp: 1)

    static func publish(_ events: [EventDocument], _ monitor: Monitor) async throws {
        let messages = EventMessage.messages(for: events).map { $0.publication(to: EventMessage.defaultExchange) }
        _ = try await monitor.fixture.broker.publish(messages)
    }

    /// An inspector with a clock of its own.
    static func inspector(_ monitor: Monitor, _ clock: LogicalClock = LogicalClock()) -> Inspector {
        let broker = monitor.fixture.broker
        return Inspector(store: broker.inspectionStore, control: ControlClient(broker: broker, logicalClock: clock))
    }

    @Test(arguments: [
        ([], ["worker-online", "task-started", "task-rejected", "task-half"]),
        (["task-*"], ["task-started", "task-rejected", "task-half"]),
        (["worker-*"], ["worker-online"]),
        (["*-rejected", "worker-online"], ["worker-online", "task-rejected"]),
    ])
    func `an inspector hears what it wants to hear`(types: [String], heard: [String]) async throws {
        try await Monitor.with { monitor in
            let clock = LogicalClock()
            try await Self.inspector(monitor, clock).withEvents(types) { events in
                let end = EventDocument.custom("task-half", Self.stamp, id: "t", fields: [:])
                try await Self.publish(
                    [
                        .workerOnline(Self.stamp, Monitor.vitals, frequency: 2), .taskStarted(Self.stamp, id: "t"),
                        .taskRejected(Self.stamp, id: "t", requeue: true), end,
                    ],
                    monitor
                )
                var names: [String] = []
                for await event in events {
                    names.append(event.type.rawValue)
                    if names.count == heard.count { break }
                }
                #expect(names == heard)
                #expect(events.missedCount == 0 && events.refusedCount == 0 && events.interruptionCount == 0)
            }
            #expect(clock.value > 41)
        }
    }

    @Test func `junk on the channel is counted and left out`() async throws {
        try await BrokerFixture.with { fixture in
            let client = ControlClient(broker: fixture.broker, logicalClock: LogicalClock())
            let inspector = Inspector(store: fixture.broker.inspectionStore, control: client)
            try await inspector.withEvents { events in
                for junk in ["", "[]", "{\"body\": \"!\"}", "\u{FF}"] {
                    _ = try await fixture.redis.send(["PUBLISH", "/0.celeryev/task.multi", junk])
                }
                let batch: JSONValue = [3, EventDocument.taskStarted(Self.stamp, id: "t").json, [:]]
                let message = PlainMessage(headers: [:], exchange: "celeryev", routingKey: "task.multi", body: batch)
                try await fixture.broker.broadcast(message.encoded(), to: "celeryev", routingKey: "task.multi")
                var iterator = events.makeAsyncIterator()
                #expect(await iterator.next()?.taskID == "t")
                #expect(events.refusedCount == 6)
            }
        }
    }

    @Test func `a worker answers every candidate of an election`() async throws {
        try await Monitor.with { monitor in
            let publisher = monitor.publisher(EventConfiguration(heartbeatInterval: .seconds(60)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await publisher.answerElections() }
                group.addTask { await publisher.run() }
                defer { group.cancelAll() }
                // Before anything is sent, the worker has to listen: as long as it does not, candidates ask again.
                var answers: [EventDocument] = []
                while answers.isEmpty {
                    try await Self.publish(
                        [
                            .workerElect(Self.stamp, id: "e", topic: "task", action: nil),
                            .workerElect(Self.stamp, id: "\u{1B}", topic: "task", action: nil),
                            .workerElectAck(Self.stamp, id: "e"),
                        ],
                        monitor
                    )
                    let heard = try await monitor.messages { $0.last?.message.events[0].type == .workerElectAck }
                    answers = heard.map { $0.message.events[0] }.filter {
                        $0.type == .workerElectAck && $0.hostname == "w@h"
                    }
                }
                #expect(answers[0].electionID == "e")
                #expect(monitor.clock.value > 41)
            }
        }
    }

    @Test func `producers, workers and inspectors of an app use the same exchange`() async throws {
        try await WorkerStage.with(.init(sendsSentEvent: true, eventExchange: "our events")) { stage in
            let task = stage.app.task("t") { 1 }
            try await stage.app.inspector.withEvents { events in
                try await stage.withWorker { worker in
                    _ = try await task.delay().get()
                    var missing: Set<EventType> = [.taskSent, .workerOnline]
                    for await event in events {
                        missing.remove(event.type)
                        if missing.isEmpty { break }
                    }
                    #expect(missing.isEmpty)
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func `a producer tells what it has sent, if it is to`(isOn: Bool) async throws {
        try await Monitor.with { monitor in
            let broker = monitor.fixture.broker
            let app = TaskApp(
                broker: broker,
                backend: broker.backend,
                configuration: TaskAppConfiguration(sendsSentEvent: isOn),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let drafts = try ["a", "b", "c"].map {
                try app.draft(TaskCall("tasks.add", TaskArguments([1], [:]), options: TaskOptions(taskID: $0)))
            }
            await app.announceSent(drafts, [.sent, .duplicate(of: "a"), .sent])
            // What follows it on the same connection shows that nothing else was sent.
            try await Self.publish([.workerElectAck(Self.stamp, id: "end")], monitor)
            let heard = try await monitor.messages { $0.last?.message.events[0].electionID == "end" }.dropLast()
            #expect(heard.flatMap { $0.message.events.map(\.taskID) } == (isOn ? ["a", "c"] : []))
            for event in heard.flatMap(\.message.events) {
                #expect(event.type == .taskSent)
                #expect(event.hostname == "gen\(ProcessInfo.pid)@\(ProcessInfo.hostName)")
                #expect(event[.name] == "tasks.add" && event[.args] == "(1,)" && event[.queue] == "celery")
            }
        }
    }
}
