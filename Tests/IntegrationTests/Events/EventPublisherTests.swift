import CeleryProtocol
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import TaskBroker

/// What a worker's publisher sends through a real Redis, and what it does not.
@Suite(.serialized, .timeLimit(.minutes(4))) struct EventPublisherTests {
    static let tasksOnly = EventConfiguration(sendsTaskEvents: true, heartbeatInterval: nil)

    @Test func `a worker says that it is there, alive and gone, although nobody wants events about tasks`() async throws
    {
        try await Monitor.with { monitor in
            let publisher = monitor.publisher(EventConfiguration(heartbeatInterval: .milliseconds(50)))
            var heard: [Monitor.Heard] = []
            try await monitor.run(publisher) { heard = try await monitor.messages { $0.count == 3 } }
            heard += try await monitor.messages { $0.last?.message.events[0].type == .workerOffline }
            for heard in heard {
                let event = heard.message.events[0]
                #expect(heard.channel == "/0.celeryev/\(event.type.routingKey)")
                #expect(event.heartbeatFrequency == 0.05 && event.vitals == Monitor.vitals)
                #expect(event.hostname == "w@h" && event.pid == ProcessInfo.pid)
            }
            let types = heard.map { $0.message.events[0].type }
            #expect(types.first == .workerOnline)
            #expect(types.dropFirst().dropLast().allSatisfy { $0 == .workerHeartbeat })
            #expect(heard.map { $0.message.events[0].clock ?? 0 } == Array(1...Int64(heard.count)))
        }
    }

    @Test func `nothing is made while events about tasks are off`() async throws {
        try await Monitor.with { monitor in
            let publisher = monitor.publisher()
            let made = Atomic(0)
            func tell(_ id: String) {
                func event() -> TaskEvent {
                    made.add(1, ordering: .relaxed)
                    return .started(id: id)
                }
                publisher.send(event())
            }
            tell("before")
            #expect(made.load(ordering: .relaxed) == 0 && monitor.clock.value == 0)
            #expect(publisher.setTaskEvents(enabled: true))
            #expect(!publisher.setTaskEvents(enabled: true))
            tell("wanted")
            #expect(publisher.setTaskEvents(enabled: false))
            #expect(!publisher.setTaskEvents(enabled: false))
            tell("after")
            #expect(made.load(ordering: .relaxed) == 1)
            try await monitor.run(publisher) { try #expect(await monitor.events(1).map(\.taskID) == ["wanted"]) }
        }
    }

    @Test func `events come in order, in batches of 24, with rising clocks`() async throws {
        try await Monitor.with { monitor in
            let publisher = monitor.publisher(Self.tasksOnly)
            for number in 0..<2_500 { publisher.send(.started(id: "t\(number)")) }
            var heard: [Monitor.Heard] = []
            try await monitor.run(publisher) {
                heard = try await monitor.messages { $0.reduce(0) { $0 + $1.message.events.count } >= 2_500 }
            }
            let events = heard.flatMap(\.message.events)
            #expect(events.map(\.taskID) == (0..<2_500).map { "t\($0)" })
            #expect(events.map(\.clock) == (1...2_500).map(Int64.init))
            #expect(heard.allSatisfy { $0.channel == "/0.celeryev/task.multi" && $0.message.events.count <= 24 })
            #expect(heard.count < 2_500 / 24 + 5)
        }
    }

    @Test func `every event about a task arrives as Celery sends it`() async throws {
        let headers = TaskHeaders(task: "tasks.add", id: "t", argsrepr: "(1,)", kwargsrepr: "{}")
        let error = ExceptionDocument(type: "E", message: ["x"], module: nil)
        let table: [(TaskEvent, EventType, [String: JSONValue])] = [
            (
                .sent(headers, queue: "q", exchange: "", routingKey: "q"), .taskSent,
                ["name": "tasks.add", "queue": "q"]
            ),
            (.received(headers), .taskReceived, ["name": "tasks.add", "args": "(1,)", "retries": 0]),
            (.started(id: "t"), .taskStarted, [:]),
            (
                .succeeded(id: "t", result: [1, "a"], runtime: .milliseconds(250)), .taskSucceeded,
                ["result": "[1, 'a']", "runtime": 0.25]
            ),
            (.failed(id: "t", error, traceback: "at"), .taskFailed, ["exception": "E('x')", "traceback": "at"]),
            (.retried(id: "t", cause: nil, traceback: nil), .taskRetried, ["exception": "None", "traceback": .null]),
            (
                .revoked(id: "t", isTerminated: true, signal: "SIGTERM", isExpired: false), .taskRevoked,
                ["terminated": true, "signum": "SIGTERM", "expired": false]
            ),
            (.rejected(id: "t", requeue: true), .taskRejected, ["requeue": true]),
            (.custom("task-half", id: "t", fields: ["done": 0.5]), "task-half", ["done": 0.5]),
        ]
        try await Monitor.with { monitor in
            let publisher = monitor.publisher(Self.tasksOnly)
            for (event, _, _) in table { publisher.send(event) }
            try await monitor.run(publisher) {
                let events = try await monitor.events(table.count)
                for (event, (_, type, fields)) in zip(events, table) {
                    #expect(event.type == type)
                    #expect(event.taskID == "t")
                    for (name, value) in fields { #expect(event.fields[name] == value, "\(type) \(name)") }
                }
            }
        }
    }

    @Test func `a burst is cut to the newest, and what was cut is counted`() async throws {
        try await Monitor.with { monitor in
            let configuration = EventConfiguration(sendsTaskEvents: true, heartbeatInterval: nil, bufferSize: 100)
            let publisher = monitor.publisher(configuration)
            for number in 0..<1_000 { publisher.send(.started(id: "t\(number)")) }
            #expect(publisher.droppedCount == 900)
            try await monitor.run(publisher) {
                try #expect(await monitor.events(100).map(\.taskID) == (900..<1_000).map { "t\($0)" })
            }
        }
    }

    @Test func `no more are sent a second than are allowed`() async throws {
        try await Monitor.with { monitor in
            let configuration = EventConfiguration(sendsTaskEvents: true, heartbeatInterval: nil, maximumRate: 200)
            let publisher = monitor.publisher(configuration)
            for number in 0..<300 { publisher.send(.started(id: "t\(number)")) }
            let start = ContinuousClock.now
            try await monitor.run(publisher) { _ = try await monitor.events(200) }
            // The rest of them goes with the last words, which are not worth waiting for.
            try #expect(await monitor.events(100).last?.taskID == "t299")
            #expect(start.duration(to: .now) < .seconds(20))
        }
        try await Monitor.with { monitor in
            let configuration = EventConfiguration(sendsTaskEvents: true, heartbeatInterval: nil, maximumRate: 200)
            let publisher = monitor.publisher(configuration)
            for number in 0..<300 { publisher.send(.started(id: "t\(number)")) }
            let start = ContinuousClock.now
            try await monitor.run(publisher) { _ = try await monitor.events(300) }
            #expect(start.duration(to: .now) >= .milliseconds(450))
        }
    }

    @Test func `events wait for a broker that is away`() async throws {
        try await Monitor.with { monitor in
            let publisher = monitor.publisher(Self.tasksOnly)
            try await monitor.run(publisher) {
                publisher.send(.started(id: "first"))
                try #expect(await monitor.events(1).map(\.taskID) == ["first"])
                // Publishing is refused, which fails at once where a lost connection would have to be waited for.
                _ = try await monitor.fixture.redis.send(["ACL", "SETUSER", "default", "-publish"])
                for number in 0..<30 { publisher.send(.succeeded(id: "t\(number)", result: 1, runtime: .zero)) }
                try await eventually("a refused command") {
                    let log = try await monitor.fixture.redis.send(["ACL", "LOG"])
                    return log.array?.isEmpty == false
                }
                _ = try await monitor.fixture.redis.send(["ACL", "SETUSER", "default", "+publish"])
                try #expect(await monitor.events(30).map(\.taskID) == (0..<30).map { "t\($0)" })
                #expect(publisher.droppedCount == 0)
            }
        }
    }

    @Test func `a broker that does not answer does not keep a worker from ending`() async throws {
        try await Monitor.with { monitor in
            let publisher = monitor.publisher(EventConfiguration(heartbeatInterval: .seconds(60)))
            var end = ContinuousClock.now
            try await monitor.run(publisher) {
                try #expect(await monitor.events(1).map(\.type) == [.workerOnline])
                _ = try await monitor.fixture.redis.send(["CLIENT", "PAUSE", "60000", "WRITE"])
                end = .now
            }
            let duration = end.duration(to: .now)
            _ = try await monitor.fixture.redis.send(["CLIENT", "UNPAUSE"])
            #expect(duration >= .milliseconds(900), "the last words were waited for")
            #expect(duration < .seconds(20), "but not for the minute of the pause")
        }
    }

    @Test func `what is asked for is sent at once`() async throws {
        try await Monitor.with { monitor in
            let publisher = monitor.publisher()
            try await monitor.run(publisher) {
                publisher.sendHeartbeat()
                publisher.elect(id: "e", topic: "task", action: ["task": "t"])
                publisher.acknowledgeElection(id: "e")
                let heard = try await monitor.messages { $0.count == 3 }
                #expect(
                    heard.map(\.channel) == [
                        "/0.celeryev/worker.heartbeat", "/0.celeryev/worker.elect", "/0.celeryev/worker.elect.ack",
                    ]
                )
                let events = heard.flatMap(\.message.events)
                #expect(events[0].heartbeatFrequency == 5)
                #expect(events[1].fields["action"] == ["task": "t"] && events[1].fields["cver"] == 1)
                #expect(events[2].electionID == "e")
            }
        }
    }
}
