import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Leases, their loss, and the grace after an outage: R4 of the design.
@Suite(.serialized) struct LeaseTests {
    private static func tick(_ consumer: any Consumer, until what: String, _ isDone: (TickReply) -> Bool) async throws {
        try await eventually(what) { isDone(try await consumer.tick()) }
    }

    /// The lease is long enough for a machine on which others stand in the way for seconds, and the test is longer than it.
    @Test func `a renewed claim is never taken away`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.withConsumer(lease: .seconds(10)) { holder in
                let message = try #require(try await holder.claim(1).first)
                try await fixture.withConsumer(lease: .seconds(10)) { other in
                    let end = ContinuousClock.now + .seconds(13)
                    while ContinuousClock.now < end {
                        #expect(try await holder.renew([message.claim]).isEmpty)
                        #expect(try await !other.tick().hasWork)
                        try await Task.sleep(for: .milliseconds(100))
                    }
                }
                #expect(try await holder.settle(message.end()))
            }
        }
    }

    @Test func `the work of a dead worker is taken over, and its late settlement refused`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b"])
            var dead: [ClaimedMessage] = []
            try await fixture.withConsumer(lease: .seconds(1)) { dead = try await $0.claim(2) }
            let start = ContinuousClock.now
            try await fixture.withConsumer(lease: .seconds(1)) { consumer in
                try await Self.tick(consumer, until: "leases are taken away") { $0.hasWork }
                #expect(start.duration(to: .now) < .seconds(20))
                let messages = try await consumer.claim(5)
                #expect(messages.map(\.text) == ["a", "b"])
                #expect(messages.map(\.redeliveries) == [1, 1])
                for late in dead {
                    #expect(try await !consumer.settle(late.end(publications: [Publication("no", to: "other")])))
                }
                #expect(try await consumer.renew(dead.map(\.claim)) == dead.map(\.claim))
                for message in messages { #expect(try await consumer.settle(message.end())) }
                #expect(try await fixture.redis.send(["EXISTS", "other"]).integer == 0)
                #expect(try await fixture.state().counters.isEmpty)
            }
        }
    }

    @Test func `every lost lease is counted until the message leaves`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.withConsumer(lease: .milliseconds(100)) { consumer in
                for round in 0..<3 {
                    let message = try #require(try await consumer.claim(1).first)
                    #expect(message.redeliveries == round)
                    try await Self.tick(consumer, until: "the lease is lost") { $0.hasWork }
                }
                let message = try #require(try await consumer.claim(1).first)
                let due = try await consumer.now()
                #expect(try await consumer.settle(message.end(.delay(until: due))))
                try await Self.tick(consumer, until: "the message is due") { $0.hasWork }
                let again = try #require(try await consumer.claim(1).first)
                #expect(again.redeliveries == 3)
                #expect(try await consumer.settle(again.end(.deadLetter(reason: "too often"))))
                #expect(try await fixture.state().counters.isEmpty)
            }
        }
    }

    @Test func `a thousand lost leases come back in one tick`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push((0..<950).map { "m\($0)" })
            try await fixture.withConsumer(lease: .milliseconds(200)) { consumer in
                #expect(try await consumer.claim(950).count == 950)
                try await Self.tick(consumer, until: "the leases are lost") { $0.hasWork }
                let state = try await fixture.state()
                #expect(state.waiting.count == 950)
                #expect(state.inFlight.isEmpty)
                state.expectInvariants()
            }
        }
    }

    @Test func `nobody loses a lease because Redis was down`() async throws {
        try await BrokerFixture.with(RedisServerOptions(isPersistent: true)) { fixture in
            try await fixture.push(["a", "b", "c", "d"])
            try await fixture.withConsumer(lease: .seconds(5)) { holder in
                try await fixture.withConsumer(lease: .seconds(5)) { idle in
                    let messages = try await holder.claim(4)
                    _ = try await idle.tick()
                    try await fixture.server.crash()
                    try await Task.sleep(for: .seconds(6))
                    try await fixture.server.restart()
                    // The idle worker is the first one back, and every lease has run out long ago.
                    #expect(try await !idle.tick().hasWork)
                    let end = ContinuousClock.now + .milliseconds(900)
                    while ContinuousClock.now < end { #expect(try await !idle.tick().hasWork) }
                    #expect(try await holder.renew(messages.map(\.claim)).isEmpty)
                    let reply = try await holder.settle(messages.map { $0.end() }, claiming: 4)
                    #expect(reply.isAccepted == [true, true, true, true])
                    #expect(reply.messages.isEmpty)
                }
            }
        }
    }

    @Test func `the grace after an outage ends`() async throws {
        try await BrokerFixture.with(RedisServerOptions(isPersistent: true)) { fixture in
            try await fixture.push(["a"])
            try await fixture.withConsumer(lease: .seconds(1)) { _ = try await $0.claim(1) }
            try await fixture.server.crash()
            try await fixture.server.restart()
            try await fixture.withConsumer(lease: .seconds(1)) { consumer in
                try await Self.tick(consumer, until: "the lease of the dead worker is lost") { $0.hasWork }
                #expect(try await consumer.claim(1).map(\.text) == ["a"])
            }
        }
    }
}
