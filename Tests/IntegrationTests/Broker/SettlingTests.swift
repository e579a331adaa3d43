import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Claims and their ends: `docs/reliability.md`, "one claim, one id" and "all or nothing".
@Suite(.serialized) struct SettlingTests {
    @Test func `messages are served in the order in which they were sent`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b", "c"])
            try await fixture.withConsumer { consumer in
                #expect(try await consumer.claim(2).map(\.text) == ["a", "b"])
                #expect(try await consumer.claim(5).map(\.text) == ["c"])
                #expect(try await consumer.claim(5).isEmpty)
                let state = try await fixture.state()
                #expect(state.inFlight.values.sorted() == ["a", "b", "c"])
                state.expectInvariants()
            }
        }
    }

    @Test func `the effects of a settlement happen with it`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                let settlement = message.end(
                    results: [ResultWrite("id", #"{"status": "SUCCESS"}"#)],
                    publications: [Publication("next", to: "other")]
                )
                #expect(try await consumer.settle(settlement))
                #expect(try await fixture.state().messages.isEmpty)
                #expect(try await fixture.state("other").waiting == ["next"])
                #expect(
                    try await fixture.redis.send(["GET", "celery-task-meta-id"]).string == #"{"status": "SUCCESS"}"#
                )
                let seconds = try await fixture.redis.send(["TTL", "celery-task-meta-id"]).integer ?? 0
                #expect((50...60).contains(seconds))
            }
        }
    }

    @Test func `a settlement without a lease changes nothing`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                #expect(try await consumer.settle(message.end(.release)))
                let before = try await fixture.state()
                let until = try await consumer.now()
                let dispositions: [Settlement.Disposition] = [
                    .acknowledge, .release, .requeue, .delay(until: until), .park(until: until, task: "t"),
                    .deadLetter(reason: "no"),
                ]
                for disposition in dispositions {
                    let settlement = message.end(
                        disposition,
                        results: [ResultWrite("id", "{}")],
                        publications: [Publication("next", to: "other")]
                    )
                    #expect(try await !consumer.settle(settlement))
                }
                #expect(try await fixture.state() == before)
                #expect(try await fixture.redis.send(["EXISTS", "celery-task-meta-id", "other"]).integer == 0)
                #expect(try await consumer.renew([message.claim]) == [message.claim])
                #expect(try await fixture.state() == before)
            }
        }
    }

    @Test func `a claim ends once, even twice in one call`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                let twice = messages[0].end(publications: [Publication("next", to: "other")])
                let reply = try await consumer.settle([twice, messages[1].end(), twice], claiming: 0)
                #expect(reply.isAccepted == [true, true, false])
                #expect(try await fixture.state("other").waiting == ["next"])
            }
        }
    }

    @Test func `each disposition has its place`() async throws {
        try await BrokerFixture.with { fixture in
            let texts = ["head", "head too", "tail", "later", "unknown", "bad", "waiting"]
            try await fixture.push(texts)
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(6)
                let due = try await consumer.now().adding(.seconds(60))
                let reply = try await consumer.settle(
                    [
                        messages[0].end(.release), messages[1].end(.release), messages[2].end(.requeue),
                        messages[3].end(.delay(until: due)), messages[4].end(.park(until: due, task: "tasks.x")),
                        messages[5].end(.deadLetter(reason: "first line\nsecond line")),
                    ],
                    claiming: 0
                )
                #expect(reply.isAccepted == Array(repeating: true, count: 6))
                let state = try await fixture.state()
                state.expectInvariants()
                #expect(state.waiting == ["head", "head too", "waiting", "tail"])
                #expect(state.delayed.values.sorted() == ["later", "unknown"])
                #expect(Array(state.parked.values) == ["tasks.x"])
                #expect(state.due.values.allSatisfy { Int64($0) == due.milliseconds })
                #expect(Array(state.dead.values) == ["first line second line\nbad"])
                #expect(state.messages == texts.sorted())
            }
        }
    }

    @Test(arguments: [1, 99, 100, 101, 350])
    func `any number of claims can end at once`(count: Int) async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push((0..<count).map { "m\($0)" })
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(count)
                #expect(messages.map(\.text) == (0..<count).map { "m\($0)" })
                #expect(Set(messages.map(\.claim.id)).count == count)
                let reply = try await consumer.settle(messages.map { $0.end() }, claiming: 1)
                #expect(reply.isAccepted == Array(repeating: true, count: count))
                #expect(try await fixture.state().messages.isEmpty)
            }
        }
    }

    @Test func `more than a thousand messages can be taken at once`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push((0..<2500).map { "m\($0)" })
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(2300)
                #expect(messages.map(\.text) == (0..<2300).map { "m\($0)" })
                #expect(try await fixture.state().waiting.count == 200)
            }
        }
    }

    @Test func `a unique key is taken with the settlement, and guards only its own message`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b"])
            try await fixture.withConsumer { consumer in
                let unique = Publication.UniqueClaim(key: UniqueKey("page", for: .seconds(60)), taskID: "first")
                for message in try await consumer.claim(2) {
                    let publications = [
                        Publication("once", to: "other", unique: unique), Publication("always", to: "other"),
                    ]
                    #expect(try await consumer.settle(message.end(publications: publications)))
                }
                #expect(try await fixture.state("other").waiting == ["once", "always", "always"])
                #expect(try await fixture.redis.send(["GET", "tb:unique:page"]).string == "first")
                #expect(try await fixture.redis.send(["TTL", "tb:unique:page"]).integer ?? 0 > 50)
            }
        }
    }

    @Test func `a publication that cannot be made leaves the claim as it was`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.redis.send(["SET", "other", "no list"])
            try await fixture.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                let before = try await fixture.state()
                let settlement = message.end(publications: [Publication("next", to: "other")])
                let reply = try await consumer.settle([settlement], claiming: 0)
                #expect(reply.isAccepted == [false] && reply.obstacles == [0: .target("other")])
                #expect(try await fixture.state() == before)
                #expect(try await consumer.settle(message.end()))
            }
        }
    }

    @Test func `a key of a wrong type blocks its own queue only`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.redis.send(["SET", "broken", "no list"])
            try await fixture.push(["a"])
            try await fixture.withConsumer(["broken", "q"]) { consumer in
                let messages = try await consumer.claim(5)
                #expect(messages.map(\.text) == ["a"])
                #expect(try await !consumer.tick().hasWork)
                #expect(try await fixture.redis.send(["GET", "broken"]).string == "no list")
            }
        }
    }

    @Test func `a key that becomes another type loses no message that was taken from it`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b", "c", "d", "e"])
            try await fixture.push(["x"], to: "other")
            try await fixture.withConsumer(["q", "other"]) { consumer in
                let messages = try await consumer.claim(6)
                try await fixture.redis.send(["SET", "q", "no list"])
                let endings: [Settlement.Disposition] = [.release, .release, .acknowledge, .requeue, .acknowledge]
                let settlements = zip(messages, endings + [.release]).map { $0.end($1) }
                let reply = try await consumer.settle(settlements, claiming: 5)
                #expect(reply.isAccepted == Array(repeating: true, count: 6))
                #expect(reply.messages.map(\.text) == ["x"])

                try await fixture.redis.send(["DEL", "q"])
                let aside = try await fixture.state()
                aside.expectInvariants()
                #expect(aside.leases.isEmpty && aside.messages == ["a", "b", "d"])
                try await eventually("all are back") {
                    _ = try await consumer.tick()
                    return try await fixture.state().waiting.count == 3
                }
                #expect(try await fixture.state().waiting.filter { $0 != "d" } == ["a", "b"])
            }
        }
    }

    @Test func `what is parked stays parked while its list is another type`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                let until = try await consumer.now().adding(.seconds(600))
                #expect(try await consumer.settle(message.end(.park(until: until, task: "t"))))
                let before = try await fixture.state()
                try await fixture.redis.send(["SET", "q", "no list"])
                try await consumer.releaseParked(tasks: ["t"])
                try await fixture.redis.send(["DEL", "q"])
                #expect(try await fixture.state() == before)
                try await consumer.releaseParked(tasks: ["t"])
                #expect(try await fixture.state().waiting == ["a"])
            }
        }
    }
}
