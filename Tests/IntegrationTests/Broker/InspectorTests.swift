import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Looking and moving from the outside.
@Suite(.serialized) struct InspectorTests {
    private static func message(_ id: String, task: String = "tasks.add", eta: Timestamp? = nil) throws -> [UInt8] {
        var headers = TaskHeaders(task: task, id: id)
        headers.eta = eta
        headers.argsrepr = "(2, 2)"
        headers.kwargsrepr = "{}"
        let properties = MessageProperties(deliveryTag: id, routingKey: "q")
        return TaskMessage(headers: headers, properties: properties, args: [2, 2]).encoded()
    }

    private static func send(
        _ ids: [String],
        to queue: String = "q",
        priority: Int = 0,
        _ fixture: BrokerFixture
    ) async throws {
        let publications = try ids.map {
            Publication(destination: .queue(queue), priority: priority, payload: try self.message($0))
        }
        _ = try await fixture.broker.publish(publications)
    }

    @Test func `queues are found by bindings, by what lies in them, and by name`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.broker.declare(["bound", Queue("mail", exchange: .direct("tasks"), routingKey: "m")])
            try await fixture.push(["a"], to: "used", priority: 9)
            try await fixture.withConsumer(["used"]) { _ = try await $0.claim(1) }
            try await fixture.redis.send(["SADD", "_kombu.binding.celery.pidbox", "\u{06}\u{16}\u{06}\u{16}w.pidbox"])
            let listing = try await Inspector(store: fixture.broker.inspectionStore, declaredQueues: ["declared"])
                .queues(also: ["named"])
            #expect(listing.isComplete)
            #expect(listing.queues.map(\.name) == ["bound", "declared", "mail", "named", "used"])
            #expect(listing.queues.last?.inFlight == 1)
        }
    }

    @Test func `a report counts each place`() async throws {
        try await BrokerFixture.with { fixture in
            let inspector = fixture.inspector
            try await Self.send(["1", "2", "3", "4", "5"], fixture)
            try await Self.send(["urgent not"], priority: 6, fixture)
            try await fixture.withConsumer(node: "celery@here") { consumer in
                let record = WorkerRecord(node: "", pid: 7, queues: ["q"], concurrency: 2, started: 1, seen: 0)
                try await consumer.announce(record)
                let messages = try await consumer.claim(4)
                let due = try await consumer.now().adding(.seconds(60))
                let settlements = [
                    messages[0].end(.delay(until: due)), messages[1].end(.park(until: due, task: "t")),
                    messages[2].end(.deadLetter(reason: "bad")),
                ]
                _ = try await consumer.settle(settlements, claiming: 0)
                let report = try await inspector.queue("q")
                #expect(report.waitingByStep == [1, 0, 1, 0])
                #expect(report.waiting == 2)
                #expect([report.inFlight, report.delayed, report.parked, report.dead] == [1, 1, 1, 1])
                #expect(report.consumers == ["celery@here"])
                #expect(!report.isPaused)

                let worker = try #require(try await inspector.workers().first)
                #expect(worker.pid == 7 && worker.concurrency == 2 && worker.queues == ["q"])
                #expect(abs(worker.seen - Double(try await consumer.now().microseconds) / 1e6) < 5)
                #expect(messages[0].claim.id.hasPrefix(worker.nonce + ":"))
                try await consumer.withdraw()
                #expect(try await inspector.workers().isEmpty)
            }
        }
    }

    @Test func `peeking shows what comes next and takes nothing`() async throws {
        try await BrokerFixture.with { fixture in
            try await Self.send(["late"], priority: 9, fixture)
            try await Self.send(["first", "second"], fixture)
            try await fixture.push(["no message"])
            let inspector = fixture.inspector
            let messages = try await inspector.peek("q")
            #expect(messages.map(\.id) == ["first", "second", nil, "late"])
            #expect(messages[0].task == "tasks.add" && messages[0].args == "(2, 2)" && messages[0].problem == nil)
            #expect(messages[2].problem?.isEmpty == false)
            #expect(messages[3].step == 9)
            #expect(try await inspector.peek("q", count: 2).map(\.id) == ["first", "second"])
            #expect(try await inspector.queue("q").waiting == 4)
        }
    }

    @Test func `purging deletes what waits, and what is delayed if asked`() async throws {
        try await BrokerFixture.with { fixture in
            let inspector = fixture.inspector
            try await fixture.withConsumer { consumer in
                for includingDelayed in [false, true] {
                    try await fixture.push(["a", "b", "c", "d"])
                    let messages = try await consumer.claim(2)
                    let due = try await consumer.now().adding(.seconds(60))
                    _ = try await consumer.settle([messages[0].end(.park(until: due, task: "t"))], claiming: 0)
                    let count = try await inspector.purge("q", includingDelayed: includingDelayed)
                    #expect(count == (includingDelayed ? 4 : 2))
                    let state = try await fixture.state()
                    state.expectInvariants()
                    #expect(state.waiting.isEmpty)
                    #expect(state.delayed.count == (includingDelayed ? 0 : 1))
                    #expect(try await consumer.settle(messages[1].end()))
                }
            }
        }
    }

    @Test func `moving keeps order and priority`() async throws {
        try await BrokerFixture.with { fixture in
            let inspector = fixture.inspector
            try await fixture.push((0..<1500).map { "m\($0)" }, to: "a")
            try await fixture.push(["low"], to: "a", priority: 9)
            try await fixture.push(["there"], to: "b")
            #expect(try await inspector.move(from: "a", to: "b", limit: 1200) == 1200)
            #expect(try await fixture.state("b").waiting == ["there"] + (0..<1200).map { "m\($0)" })
            #expect(try await inspector.move(from: "a", to: "b") == 301)
            #expect(try await fixture.state("b", step: 9).waiting == ["low"])
            #expect(try await inspector.move(from: "a", to: "b") == 0)
            await #expect(throws: TaskBrokerError.self) { _ = try await inspector.move(from: "a", to: "a") }
        }
    }

    @Test func `dead letters are listed, retried and discarded`() async throws {
        try await BrokerFixture.with { fixture in
            let inspector = fixture.inspector
            try await Self.send(["1", "2", "3"], fixture)
            try await Self.send(["other"], to: "r", priority: 3, fixture)
            try await fixture.withConsumer(["q", "r"]) { consumer in
                let messages = try await consumer.claim(4)
                _ = try await consumer.settle(messages.map { $0.end(.deadLetter(reason: "bad")) }, claiming: 0)
                let letters = try await inspector.deadLetters()
                #expect(Set(letters.map(\.taskID)) == ["1", "2", "3", "other"])
                #expect(letters.allSatisfy { $0.reason == "bad" && $0.task == "tasks.add" })
                #expect(try await inspector.deadLetters(queue: "r").map(\.step) == [3])
                #expect(try await inspector.deadLetters(limit: 2).count == 2)

                #expect(try await inspector.retryDead(.ids(["2", messages[0].claim.id, "none"])) == 2)
                #expect(try await consumer.claim(5).count == 2)
                #expect(try await inspector.discardDead(.all(queue: "r")) == 1)
                #expect(try await inspector.retryDead(.all()) == 1)
                #expect(try await inspector.deadLetters().isEmpty)
                #expect(try await consumer.claim(5).map(\.redeliveries) == [0])
            }
        }
    }

    @Test func `dead letters are capped by number and age`() async throws {
        try await BrokerFixture.with { fixture in
            let domain = ClaimDomain(queue: "q", step: 0)
            let now = try await fixture.redis.send(["TIME"]).array?.first?.integer ?? 0
            let ages = Array(repeating: Int64(0), count: 10_050) + Array(repeating: Int64(8 * 86_400), count: 30)
            let commands = ages.enumerated().flatMap { index, age -> [RESPCommand] in
                [
                    ["ZADD", domain.dead, "\((now - age) * 1000)", "i\(index)"],
                    ["HSET", domain.deadm, "i\(index)", "r\nx"],
                ]
            }
            _ = try await fixture.redis.send(pipeline: commands)
            try await fixture.push(["a", "b"])
            try await fixture.withConsumer { consumer in
                for message in try await consumer.claim(2) {
                    #expect(try await consumer.settle(message.end(.deadLetter(reason: "new"))))
                }
                let state = try await fixture.state()
                state.expectInvariants()
                #expect(state.dead.count == 10_000)
                #expect(state.deadSince.values.allSatisfy { $0 > Double((now - 86_400) * 1000) })
                #expect(state.dead.values.filter { $0.hasPrefix("new") }.count == 2)
            }
        }
    }

    @Test func `a task is found wherever it is`() async throws {
        try await BrokerFixture.with { fixture in
            let inspector = fixture.inspector
            let ids = ["running", "delayed", "parked", "dead", "before", "waiting"]
            try await Self.send(ids, fixture)
            try await fixture.withConsumer(node: "celery@here") { consumer in
                let messages = try await consumer.claim(4)
                let due = try await consumer.now().adding(.seconds(60))
                let settlements = [
                    messages[1].end(.delay(until: due)), messages[2].end(.park(until: due, task: "tasks.add")),
                    messages[3].end(.deadLetter(reason: "bad")),
                ]
                _ = try await consumer.settle(settlements, claiming: 0)
                let seconds = Double(due.milliseconds) / 1000
                let python = String(decoding: try Self.message("python"), as: UTF8.self)
                try await fixture.redis.send(["HSET", "unacked", "tag", "[\(python), \"\", \"q\"]"])

                func place(_ id: String) async throws -> TaskLocation.Place? {
                    try await inspector.locate(taskID: id)?.place
                }
                #expect(try await place("running") == .running(nil))
                let record = WorkerRecord(node: "", pid: 7, queues: ["q"], concurrency: 2, started: 1, seen: 0)
                try await consumer.announce(record)
                guard case .running(let worker?) = try await place("running") else {
                    Issue.record("the worker is not found")
                    return
                }
                #expect(worker.node == "celery@here")
                #expect(try await place("delayed") == .delayed(until: seconds))
                #expect(try await place("parked") == .parked(until: seconds))
                #expect(try await place("dead") == .dead(reason: "bad"))
                #expect(try await place("waiting") == .waiting(ahead: 1))
                #expect(try await place("python") == .takenByPython)
                #expect(try await place("never sent") == nil)
                let search = try await inspector.locate(taskID: "never sent", limit: 3)
                #expect(search?.place == .outOfReach(examined: 3))
                #expect(try await inspector.locate(taskID: "waiting")?.task == "tasks.add")
            }
        }
    }
}
