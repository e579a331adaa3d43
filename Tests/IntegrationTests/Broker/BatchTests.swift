import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// What one claim takes from one list has one lease (`docs/decisions/0013-lease-per-claim.md`).
@Suite(.serialized) struct BatchTests {
    @Test func `a lease goes with the last claim of its batch`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b", "c"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(3)
                #expect(try await fixture.state().leases.count == 1)
                for message in messages {
                    let state = try await fixture.state()
                    state.expectInvariants()
                    #expect(state.leases.count == 1)
                    #expect(try await consumer.settle(message.end()))
                }
                let state = try await fixture.state()
                #expect(state.leases.isEmpty && state.ended.isEmpty && state.inFlight.isEmpty)
            }
        }
    }

    @Test func `a settlement that is sent again does not count twice`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                #expect(try await consumer.settle(messages[0].end()))
                for disposition in [Settlement.Disposition.acknowledge, .requeue] {
                    #expect(try await !consumer.settle(messages[0].end(disposition)))
                    let state = try await fixture.state()
                    state.expectInvariants()
                    #expect(state.inFlight.values.map { $0 } == ["b"])
                }
                #expect(try await consumer.renew([messages[1].claim]).isEmpty)
                #expect(try await consumer.settle(messages[1].end()))
            }
        }
    }

    @Test func `what is left of a lost batch comes back as a whole, in order`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b", "c", "d"])
            var held: [ClaimedMessage] = []
            try await fixture.withConsumer(lease: .milliseconds(200)) { consumer in
                held = try await consumer.claim(4)
                #expect(try await consumer.settle(held[1].end()))
            }
            try await fixture.withConsumer(lease: .milliseconds(200)) { consumer in
                try await eventually("the batch is taken back") { try await consumer.tick().hasWork }
                let state = try await fixture.state()
                state.expectInvariants()
                #expect(state.waiting == ["a", "c", "d"])
                #expect(state.leases.isEmpty && state.ended.isEmpty)
                #expect(state.counters.count == 3)
                #expect(try await consumer.renew(held.map(\.claim)) == held.map(\.claim))
                for message in held { #expect(try await !consumer.settle(message.end())) }
            }
        }
    }

    @Test func `a large claim is several batches`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push((0..<250).map { "m\($0)" })
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(250)
                let state = try await fixture.state()
                state.expectInvariants()
                let sizes = state.leases.keys.compactMap { $0.split(separator: ":").last.flatMap { Int($0) } }
                #expect(sizes.sorted() == [50, 100, 100])
                #expect(messages.map(\.text) == (0..<250).map { "m\($0)" })
                #expect(try await consumer.renew(messages.map(\.claim)).isEmpty)
            }
        }
    }

    @Test func `a forged name of a batch makes no script run for long`() async throws {
        try await BrokerFixture.with { fixture in
            let domain = ClaimDomain(queue: "q", step: 0)
            for name in ["n:1:999999999", "n:1:101", "n:1:0", "::", "n:1:5"] {
                try await fixture.redis.send(["ZADD", domain.lease, "1", name])
            }
            try await fixture.redis.send(["HSET", domain.infl, "n:1:999999999", "raw"])
            try await fixture.withConsumer(lease: .milliseconds(100)) { consumer in
                try await eventually("they are gone") {
                    _ = try await consumer.tick()
                    return try await fixture.redis.send(["EXISTS", domain.lease]).integer == 0
                }
                #expect(
                    try await consumer.claim(5).map(\.text) == ["raw"],
                    "a name that tells no size is its only claim"
                )
            }
        }
    }
}
