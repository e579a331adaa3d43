import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// The leases of messages that were handed over, and how they look from the outside.
@Suite(.serialized, .timeLimit(.minutes(4))) struct WaitingClaimLeaseTests {
    /// A consumer with a message that has just arrived.
    private static func withArrival(
        lease: Duration = .seconds(30),
        _ body: (BrokerFixture, RedisConsumer, ClaimedMessage) async throws -> Void
    ) async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter(lease: lease) { consumer in
                let arrival = try await fixture.arrival(of: consumer) { try await fixture.push(["a"]) }
                try await body(fixture, consumer, try #require(arrival?.message))
            }
        }
    }

    // MARK: Leases

    @Test func `what has arrived gets a lease at once`() async throws {
        try await Self.withArrival { fixture, consumer, message in
            try await consumer.secureArrival()
            let state = try await fixture.state()
            #expect(state.waits.isEmpty)
            let rest = Duration.milliseconds(
                Int64(try #require(state.leases[message.batch])) - (try await consumer.now().milliseconds)
            )
            #expect(rest <= .seconds(30) && rest > .seconds(15))
            // It is the same the second time.
            try await consumer.secureArrival()
            #expect(try await fixture.state().leases == state.leases)
        }
    }

    @Test func `its lease is lost like any other, and not before`() async throws {
        try await Self.withArrival(lease: .seconds(3)) { fixture, consumer, message in
            try await consumer.secureArrival()
            let end = try #require(try await fixture.state().leases[message.batch])
            try await fixture.withConsumer(lease: .seconds(1)) { other in
                try await eventually("the lease is lost") { try await other.tick().hasWork }
                #expect(Double(try await other.now().milliseconds) >= end)
                let again = try #require(try await other.claim(1).first)
                #expect(again.text == "a" && again.redeliveries == 1)
                #expect(try await !consumer.settle(message.end(publications: [Publication("no", to: "other")])))
                #expect(try await consumer.renew([message.claim]) == [message.claim])
                #expect(try await other.settle(again.end()))
            }
            #expect(try await fixture.leftovers().isEmpty)
        }
    }

    @Test func `released, it is the next again`() async throws {
        try await Self.withArrival { fixture, consumer, message in
            try await fixture.push(["b"])
            #expect(try await consumer.settle(message.end(.release)))
            try await consumer.withdraw()
            let state = try await fixture.state()
            #expect(state.waiting == ["a", "b"] && state.counters.isEmpty)
            #expect(try await fixture.leftovers() == ["q"])
        }
    }

    @Test(arguments: [true, false])
    func `it is delayed and buried like any other`(isSecured: Bool) async throws {
        try await Self.withArrival { fixture, consumer, message in
            if isSecured { try await consumer.secureArrival() }
            let due = try await consumer.now()
            #expect(try await consumer.settle(message.end(.delay(until: due))))
            try await eventually("it is due") { try await consumer.tick().hasWork }
            let again = try #require(try await consumer.nextArrival { Timestamp(microseconds: 0) }?.message)
            #expect(again.text == "a")
            if isSecured { try await consumer.secureArrival() }
            #expect(try await consumer.settle(again.end(.deadLetter(reason: "bad"))))
            try await consumer.withdraw()
            let state = try await fixture.state()
            state.expectInvariants()
            #expect(Array(state.dead.values) == ["bad\na"])
            #expect(state.waits.isEmpty && state.inFlight.isEmpty)
        }
    }

    // MARK: Renewal

    @Test func `a renewal makes the lease of what has just arrived`() async throws {
        try await Self.withArrival { fixture, consumer, message in
            #expect(try await consumer.renew([message.claim]).isEmpty)
            let state = try await fixture.state()
            #expect(state.waits.isEmpty && Array(state.leases.keys) == [message.batch])
            try await consumer.secureArrival()
            try await fixture.state().expectInvariants()
            #expect(try await consumer.renew([message.claim]).isEmpty)
            #expect(try await consumer.settle(message.end()))
            #expect(try await fixture.leftovers().isEmpty)
        }
    }

    @Test func `a renewal makes no lease for what was settled`() async throws {
        try await Self.withArrival { fixture, consumer, message in
            let isSettled = try await consumer.settle(message.end())
            #expect(isSettled)
            #expect(try await consumer.renew([message.claim]) == [message.claim])
            #expect(try await fixture.state().leases.isEmpty)
        }
    }

    @Test func `a renewal tells what is lost, and what is not beside it`() async throws {
        try await Self.withArrival { fixture, consumer, message in
            let second = try await fixture.arrival(of: consumer) { try await fixture.push(["b"]) }
            let third = try await fixture.arrival(of: consumer) { try await fixture.push(["c"]) }
            let claims = [message.claim] + [second, third].compactMap { $0?.message.claim }
            #expect(claims.count == 3)
            // Somebody gives up the newest, which has no lease yet.
            let domain = ClaimDomain(queue: "q", step: 0)
            let keys = [domain.list, domain.infl, domain.lease, domain.wait]
            let batch = try #require(third?.message.batch)
            try await fixture.redis.evaluate(WaitScript.abandon, keys: keys, arguments: [batch])
            #expect(try await consumer.renew(claims) == [claims[2]])
            #expect(try await fixture.state().waiting == ["c"])
            try await fixture.state().expectInvariants()
            // It does not get a lease when its worker waits again.
            try await consumer.secureArrival()
            #expect(try await fixture.state().leases.count == 2)
        }
    }

    // MARK: From the outside

    @Test func `waiting is no damage, at no moment`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                for isRepairing in [false, true] {
                    let arrival = try await fixture.arrival(of: consumer) {
                        #expect(try await fixture.examine(repairing: isRepairing).isEmpty)
                        try await fixture.push(["a"])
                    }
                    let before = try await fixture.state()
                    #expect(try await fixture.examine(repairing: isRepairing).isEmpty)
                    #expect(try await fixture.state() == before)
                    try await consumer.secureArrival()
                    #expect(try await fixture.examine(repairing: isRepairing).isEmpty)
                    #expect(try await consumer.settle(try #require(arrival).message.end()))
                }
                // With a seal.
                _ = try await fixture.arrival(of: consumer) {
                    try await consumer.withdraw()
                    try await fixture.push(["a"])
                }
                #expect(try await fixture.state().seals.count == 1)
                for isRepairing in [false, true] {
                    #expect(try await fixture.examine(repairing: isRepairing).isEmpty)
                }
                let left = try await fixture.state()
                #expect(left.seals.count == 1 && left.waiting == ["a"])
                left.expectInvariants()
            }
        }
    }

    @Test func `what has arrived counts once as in flight`() async throws {
        try await BrokerFixture.with { fixture in
            func inFlight() async throws -> Int { try await fixture.inspector.queue("q").inFlight }
            try await fixture.withWaiter { consumer in
                let arrival = try await fixture.arrival(of: consumer) {
                    #expect(try await inFlight() == 0)
                    #expect(try await fixture.inspector.queues().queues.map(\.name) == ["q"])
                    try await fixture.push(["a"])
                }
                #expect(try await inFlight() == 1)
                try await consumer.secureArrival()
                #expect(try await inFlight() == 1)
                let next = try await fixture.arrival(of: consumer) {
                    #expect(try await inFlight() == 1)
                    try await fixture.push(["b"])
                }
                #expect(try await inFlight() == 2)
                for found in [arrival, next] {
                    #expect(try await consumer.settle(try #require(found).message.end()))
                }
                #expect(try await inFlight() == 0)
            }
        }
    }
}
