import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Messages that wait outside of their list: R7 and R9 of the design.
@Suite(.serialized) struct DelayTests {
    @Test func `due messages are served first, the earliest foremost, and none too early`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["third", "first", "second"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(3)
                let now = try await consumer.now()
                let delays = [Duration.milliseconds(2200), .milliseconds(2000), .milliseconds(2100)]
                let settlements = zip(messages, delays).map { $0.end(.delay(until: now.adding($1))) }
                _ = try await consumer.settle(settlements, claiming: 0)
                try await fixture.push(["waiting"])
                let wait = try #require(try await consumer.tick().nextDue)
                #expect(wait > .zero && wait <= .seconds(2))
                try await eventually("all are due") {
                    _ = try await consumer.tick()
                    let isEarly = try await consumer.now() < now.adding(delays[1])
                    let state = try await fixture.state()
                    if isEarly { #expect(state.waiting.count == 1) }
                    return state.due.isEmpty
                }
                let state = try await fixture.state()
                #expect(state.waiting.last == "waiting")
                #expect(Set(state.waiting) == ["first", "second", "third", "waiting"])
                state.expectInvariants()
            }
        }
    }

    @Test func `what is put aside is told of, as much of it as there is room for`() async throws {
        try await BrokerFixture.with { fixture in
            let texts = ["a", String(repeating: "b", count: 1000), "c", "d"]
            try await fixture.push(texts)
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(4)
                let now = try await consumer.now()
                let settlements = messages.enumerated().map { $1.end(.delay(until: now.adding(.seconds(60 + $0)))) }
                _ = try await consumer.settle(settlements, claiming: 0)
                func told(_ limit: Int, _ bytes: Int) async throws -> [String] {
                    try await consumer.putAside(limit: limit, maximumBytes: bytes).map {
                        String(decoding: $0.raw, as: UTF8.self)
                    }
                }
                try #expect(await told(100, 1 << 20) == texts)
                try #expect(await told(2, 1 << 20) == Array(texts.prefix(2)))
                try #expect(await told(100, 2) == ["a", "c"])
                try #expect(await told(100, 0) == [])
            }
        }
    }

    @Test func `messages that are due together keep their order`() async throws {
        try await BrokerFixture.with { fixture in
            let texts = (0..<250).map { "m\($0)" }
            try await fixture.push(texts)
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(250)
                let now = try await consumer.now()
                let settlements = messages.enumerated().map { index, message in
                    message.end(.delay(until: now.adding(.milliseconds(index - 1000))))
                }
                _ = try await consumer.settle(settlements, claiming: 0)
                let reply = try await consumer.tick()
                #expect(reply.hasWork)
                #expect(reply.nextDue == nil)
                // Three rounds of a hundred: each is in order, and goes before the one before it.
                let state = try await fixture.state()
                let rounds = [texts[200...], texts[100..<200], texts[..<100]]
                #expect(state.waiting == Array(rounds.joined()))
                #expect(state.delayed.isEmpty)
            }
        }
    }

    @Test func `a parked message is counted, and comes back when its task is known`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["known soon", "stays", "delayed"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(3)
                let due = try await consumer.now().adding(.seconds(60))
                let settlements = [
                    messages[0].end(.park(until: due, task: "tasks.new")),
                    messages[1].end(.park(until: due, task: "tasks.other")),
                    messages[2].end(.delay(until: due)),
                ]
                _ = try await consumer.settle(settlements, claiming: 0)
                try await consumer.releaseParked(tasks: ["tasks.add", "tasks.new"])
                let state = try await fixture.state()
                #expect(state.waiting == ["known soon"])
                #expect(Array(state.parked.values) == ["tasks.other"])
                state.expectInvariants()
                let message = try #require(try await consumer.claim(1).first)
                #expect(message.parkings == 1)
                #expect(message.redeliveries == 0)
                #expect(try await consumer.settle(message.end()))
                #expect(try await fixture.state().counters.count == 1)
            }
        }
    }

    @Test func `many parked messages come back`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push((0..<1200).map { "m\($0)" })
            try await fixture.withConsumer { consumer in
                let due = try await consumer.now().adding(.seconds(60))
                let settlements = try await consumer.claim(1200).map { $0.end(.park(until: due, task: "t")) }
                _ = try await consumer.settle(settlements, claiming: 0)
                try await consumer.releaseParked(tasks: ["t"])
                let state = try await fixture.state()
                #expect(state.waiting.count == 1200)
                #expect(state.parked.isEmpty)
                state.expectInvariants()
            }
        }
    }
}
