import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// What keeps a worker from waiting, or from having what has come: then it claims when the bell rings.
@Suite(.serialized, .timeLimit(.minutes(4))) struct WaitingClaimObstacleTests {
    private static let zero = Timestamp(microseconds: 0)

    /// Claims and ends a message, after the bell has rung.
    private static func work(_ consumer: RedisConsumer) async throws -> ClaimedMessage {
        try await consumer.waitForWork()
        let message = try #require(try await consumer.claim(1).first)
        #expect(try await consumer.settle(message.end()))
        return message
    }

    // MARK: Only for claims

    @Test func `a queue that is paused while somebody waits hands out nothing`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                let arrival = try await fixture.arrival(of: consumer) {
                    try await fixture.inspector.pause("q")
                    try await fixture.push(["a", "b"])
                }
                #expect(arrival == nil)
                let state = try await fixture.state()
                #expect(state.waiting == ["a", "b"] && state.inFlight.isEmpty && state.waits.isEmpty)
                #expect(try await consumer.claim(1).isEmpty)
                // It does not wait in vain again.
                #expect(try await consumer.nextArrival { Self.zero } == nil)
                #expect(try await fixture.state() == state)
                #expect(try await fixture.inspector.resume("q"))
                #expect(try await consumer.tick().hasWork)
                let message = try await Self.work(consumer)
                #expect(message.text == "a" && message.redeliveries == 0)
                #expect(try await consumer.nextArrival { Self.zero }?.message.text == "b")
            }
        }
    }

    @Test func `a message that was lost before goes to whoever can be told`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.withConsumer(lease: .milliseconds(300)) { other in
                #expect(try await other.claim(1).count == 1)
                try await fixture.withWaiter { consumer in
                    let arrival = try await fixture.arrival(of: consumer) {
                        try await eventually("the lease is lost") {
                            _ = try await other.tick()
                            return try await !fixture.state().counters.isEmpty
                        }
                    }
                    #expect(arrival == nil)
                    let state = try await fixture.state()
                    #expect(state.waiting == ["a"] && state.inFlight.isEmpty && state.waits.isEmpty)
                    let message = try await Self.work(consumer)
                    #expect(message.redeliveries == 1)
                    #expect(try await fixture.arrival(of: consumer) { try await fixture.push(["b"]) } != nil)
                }
            }
        }
    }

    @Test func `what was revoked is told with the message, and once`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                let first = try await fixture.arrival(of: consumer) {
                    let limits = RevocationLimits(lifetime: .seconds(600))
                    try await fixture.broker.revoke([Revocation(.task("gone"))], limits)
                    try await fixture.push(["a", "b"])
                }
                let update = try #require(first?.revocations)
                #expect(update.entries.map(\.revocation) == [Revocation(.task("gone"))])
                #expect(first?.isAlone == false)
                let second = try await consumer.nextArrival { update.cursor }
                #expect(second?.message.text == "b" && second?.isAlone == true)
                #expect(second != nil && second?.revocations == nil)
            }
        }
    }

    // MARK: Rights

    @Test func `without the right to wait the bell tells of all lists`() async throws {
        try await BrokerFixture.with(RedisServerOptions(users: [RedisTrouble.userRule])) { fixture in
            _ = try await fixture.server.cli("ACL", "SETUSER", RedisTrouble.user, "-blmove")
            let url = "redis://\(RedisTrouble.user):secret@127.0.0.1:\(fixture.server.port)/0"
            try await fixture.withBroker(url) { broker in
                try await fixture.withWaiter(of: broker) { consumer in
                    for _ in 0..<3 {
                        #expect(try await consumer.nextArrival { Self.zero } == nil)
                        #expect(try await Self.refusals(fixture) == 1, "it is not tried again")
                        #expect(try await fixture.state().waits.count <= 1)
                    }
                    async let message = Self.work(consumer)
                    try await eventually("the bell is armed") { try await Self.tracked(fixture) == 4 }
                    try await fixture.push(["a"])
                    #expect(try await message.text == "a")

                    _ = try await fixture.server.cli("ACL", "SETUSER", RedisTrouble.user, "+blmove")
                    let old = consumer.arrivals.connectionNumber
                    consumer.reconnect()
                    try await eventually("another connection") {
                        let new = consumer.arrivals.connectionNumber
                        return new != nil && new != old
                    }
                    let arrival = try await fixture.arrival(of: consumer) { try await fixture.push(["b"]) }
                    #expect(arrival?.message.text == "b")
                }
            }
        }
    }

    private static func refusals(_ fixture: BrokerFixture) async throws -> Int {
        let stats = try await fixture.redis.send(["INFO", "commandstats"]).string ?? ""
        return stats.firstMatch(of: /cmdstat_blmove:.*rejected_calls=([0-9]+)/).flatMap { Int($0.1) } ?? 0
    }

    private static func tracked(_ fixture: BrokerFixture) async throws -> Int {
        let stats = try await fixture.redis.send(["INFO", "stats"]).string ?? ""
        return stats.firstMatch(of: /tracking_total_keys:([0-9]+)/).flatMap { Int($0.1) } ?? 0
    }

    // MARK: Keys and memory

    @Test func `something else under the name of the entries stops nothing but waiting`() async throws {
        try await BrokerFixture.with { fixture in
            let domain = ClaimDomain(queue: "q", step: 0)
            try await fixture.redis.send(["SET", domain.wait, "something else"])
            try await fixture.withWaiter(["q", "other"], lease: .milliseconds(200)) { consumer in
                #expect((try? await consumer.nextArrival { Self.zero }) == nil)
                try await fixture.push(["a"])
                #expect(try await Self.work(consumer).text == "a")
                // Ticks see to what others have left elsewhere.
                let stray = StrayWaiter("other")
                #expect(try await stray.enter(fixture.redis, patience: .milliseconds(1), lease: .milliseconds(1)))
                try await fixture.push(["b"], to: "other")
                #expect(try await stray.move(fixture.redis).string == "b")
                try await eventually("it is back") { try await consumer.tick().hasWork }
                #expect(try await fixture.state("other").waiting == ["b"])
                #expect(try await fixture.examine().map(\.kind) == [.wrongType])
            }
        }
    }

    @Test func `something else under the name of the leases loses nothing`() async throws {
        try await BrokerFixture.with { fixture in
            let domain = ClaimDomain(queue: "q", step: 0)
            try await fixture.withWaiter { consumer in
                let arrival = try await fixture.arrival(of: consumer) { try await fixture.push(["a"]) }
                let message = try #require(arrival?.message)
                try await fixture.redis.send(["SET", domain.lease, "something else"])
                await #expect(throws: TaskBrokerError.self) { try await consumer.secureArrival() }
                #expect(try await consumer.renew([message.claim]).isEmpty)
                // Nor does the sweep of others, whose worker may have died.
                try await fixture.redis.send(["ZADD", domain.wait, "1", message.batch])
                try await StrayWaiter.sweep(["q"], fixture.redis)
                try await fixture.redis.send(["DEL", domain.lease])
                try await fixture.state().expectInvariants()
                try await consumer.secureArrival()
                let state = try await fixture.state()
                #expect(Array(state.leases.keys) == [message.batch])
                state.expectInvariants()
                #expect(try await consumer.settle(message.end()))
            }
        }
    }

    @Test func `a full Redis lets nobody wait, and hands out what it has`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b"])
            try await fixture.withWaiter { consumer in
                _ = try await consumer.now()
                try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "1"])
                #expect((try? await consumer.nextArrival { Self.zero }) == nil)
                #expect(try await Self.work(consumer).text == "a")
                try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "0"])
                #expect(try await consumer.nextArrival { Self.zero }?.message.text == "b")
                try await fixture.state().expectInvariants()
            }
        }
    }

    @Test func `a full Redis serves who waits already, gives leases, and takes back`() async throws {
        try await BrokerFixture.with { fixture in
            let strays = (0..<3).map { StrayWaiter(number: $0) }
            for stray in strays.prefix(2) {
                #expect(try await stray.enter(fixture.redis, patience: .seconds(60), lease: .seconds(60)))
                try await fixture.push([stray.batch.name])
                #expect(try await !stray.move(fixture.redis).isSealed)
            }
            #expect(try await strays[2].enter(fixture.redis, patience: .milliseconds(1), lease: .milliseconds(1)))
            try await fixture.withWaiter { consumer in
                let arrival = try await fixture.arrival(of: consumer) {
                    try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "1"])
                    // As a tick does it with what is due.
                    let push = "redis.call('DEL', 'x') return redis.call('RPUSH', KEYS[1], 'a')"
                    try await fixture.redis.send(["EVAL", push, "1", "q"])
                }
                let message = try #require(arrival?.message)
                #expect(message.text == "a")
                try await consumer.secureArrival()
                try await fixture.state().expectInvariants()
                #expect(try await strays[0].abandon(fixture.redis) == 1)
                try await StrayWaiter.sweep(["q"], fixture.redis)
                let state = try await fixture.state()
                #expect(state.waiting == [strays[0].batch.name])
                #expect(Array(state.leases.keys) == [message.batch])
                #expect(Array(state.waits.keys) == [strays[1].batch.name])
                #expect(Array(state.seals.keys) == [strays[2].batch.name])
                state.expectInvariants()
                #expect(try await consumer.settle(message.end()))
            }
        }
    }
}
