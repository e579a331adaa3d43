import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Damage that is done on purpose is found, and repaired where it can be.
@Suite(.serialized) struct DamageTests {
    @Test(arguments: DamageSeed.all)
    func `seeded damage is found, left alone, repaired, and gone`(seed: DamageSeed) async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.redis.sendChecked(seed.commands)
            let before = try await fixture.digest()
            let found = try await fixture.examine()
            #expect(found.contains { $0.kind == seed.kind }, "\(found)")
            #expect(found.allSatisfy { $0.state != .repaired })
            #expect(try await fixture.digest() == before, "looking changes nothing")

            let treated = try await fixture.examine(repairing: true)
            #expect(treated.first { $0.kind == seed.kind }?.state == seed.outcome, "\(treated)")
            let rest = try await fixture.examine().filter { $0.kind == seed.kind }
            #expect(rest.isEmpty == (seed.outcome == .repaired), "\(rest)")
        }
    }

    @Test func `every kind of damage is seeded somewhere`() {
        #expect(Set(DamageSeed.all.map(\.kind)) == Set(Damage.Kind.allCases))
    }

    @Test func `only what is asked for is looked for, and what may be wanted is repaired by name`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.redis.sendChecked([
                ["SET", RedisKeys.result(of: "a"), "{}"], ["SET", RedisKeys.result(of: "b"), "{}"],
                ["SET", RedisKeys.worker("w"), "{}"],
            ])
            let asked = try await fixture.examine([.resultWithoutExpiry], repairing: true)
            #expect(asked.map(\.kind) == [.resultWithoutExpiry])
            #expect(asked.first?.count == 2 && asked.first?.state == .repaired)
            let left = try await fixture.redis.send(["PTTL", RedisKeys.result(of: "b")]).integer ?? -1
            #expect(left > 80_000_000)
            #expect(try await fixture.examine().map(\.kind) == [.immortalKey])
        }
    }

    @Test func `a claim without a lease is run again, or kept by its worker`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["held", "orphan"])
            let domain = ClaimDomain(queue: "q", step: 0)
            try await fixture.withConsumer(lease: .seconds(2)) { consumer in
                let record = WorkerRecord(node: "", pid: 1, queues: ["q"], concurrency: 2, started: 1, seen: 0)
                try await consumer.announce(record)
                let held = try #require(try await consumer.claim(1).first)
                try await fixture.redis.sendChecked([
                    ["RPOP", domain.list], ["LPUSH", RedisKeys.batch("gone:1", infl: domain.infl), "orphan"],
                    ["DEL", domain.lease],
                ])
                #expect(try await fixture.examine(repairing: true).map(\.state) == [.repaired, .repaired])
                // The one whose worker lives is still its own, the other comes back with the next tick.
                let again = try await Self.claimed(by: consumer) {
                    let lost = try await consumer.renew([held.claim])
                    #expect(lost.isEmpty)
                }
                #expect(again.text == "orphan" && again.redeliveries == 1)
                #expect(try await consumer.settle(held.end()))
                #expect(try await consumer.settle(again.end()))
            }
            #expect(try await fixture.state().messages.isEmpty)
        }
    }

    @Test func `a lease without its message is left to its end`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            var claimed: ClaimedMessage?
            try await fixture.withConsumer { claimed = try await $0.claim(1).first }
            let held = try #require(claimed)
            try await fixture.withConsumer { consumer in
                let batch = ClaimBatch.name(ofClaim: held.claim.id)
                let key = RedisKeys.batch(batch, infl: ClaimDomain(queue: "q", step: 0).infl)
                try await fixture.redis.send(["DEL", key])
                let damage = try await fixture.examine(repairing: true)
                #expect(damage.map(\.kind) == [.lostMessage] && damage.map(\.state) == [.pending])
                #expect(try await !consumer.settle(held.end()), "the message is the fence")
            }
            // The lease runs out, and the entry goes.
            try await fixture.withConsumer(lease: .milliseconds(100)) { consumer in
                let lease = ClaimDomain(queue: "q", step: 0).lease
                let over: RESPCommand = ["ZADD", lease, "1", "\(ClaimBatch.name(ofClaim: held.claim.id))"]
                try await fixture.redis.send(over)
                try await eventually("the lease is gone") {
                    _ = try await consumer.tick()
                    return try await fixture.redis.send(["EXISTS", lease]).integer == 0
                }
            }
            #expect(try await fixture.examine().isEmpty)
        }
    }

    @Test func `delayed messages and dead letters that lost their place get one`() async throws {
        try await BrokerFixture.with { fixture in
            let domain = ClaimDomain(queue: "q", step: 0)
            try await fixture.push(["delayed", "dead"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                let due = try await consumer.now().adding(.seconds(600))
                let ends = [messages[0].end(.delay(until: due)), messages[1].end(.deadLetter(reason: "bad"))]
                _ = try await consumer.settle(ends, claiming: 0)
                try await fixture.redis.send(["DEL", domain.eta, domain.dead])
                #expect(Set(try await fixture.examine(repairing: true).map(\.state)) == [.repaired])
                #expect(try await Self.claimed(by: consumer).text == "delayed")
            }
            let letters = try await fixture.inspector.deadLetters()
            #expect(letters.map { String(decoding: $0.raw, as: UTF8.self) } == ["dead"])
            #expect(letters.map(\.reason) == ["bad"])
        }
    }

    @Test func `repairing works in a full server`() async throws {
        try await BrokerFixture.with { fixture in
            for seed in DamageSeed.all { _ = try await fixture.redis.send(pipeline: seed.commands) }
            try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "1"])
            let full = try await fixture.redis.send(pipeline: [["SET", "x", "y"]])
            #expect(full.first?.errorMessage?.hasPrefix("OOM") == true)
            let states = Set(try await fixture.examine(repairing: true).map(\.state))
            #expect(states.contains(.repaired))
        }
    }

    private static func claimed(
        by consumer: any Consumer,
        meanwhile: () async throws -> Void = {}
    ) async throws -> ClaimedMessage {
        var messages: [ClaimedMessage] = []
        try await eventually("something can be claimed", timeout: .seconds(120)) {
            try await meanwhile()
            _ = try await consumer.tick()
            messages = try await consumer.claim(1)
            return !messages.isEmpty
        }
        return try #require(messages.first)
    }
}

extension BrokerFixture {
    /// Examines everything, silence included.
    func examine(_ kinds: Set<Damage.Kind>? = nil, repairing: Bool = false) async throws -> [Damage] {
        var found: [Damage] = []
        let options = ExaminationOptions(kinds: kinds, isRepairing: repairing, quietTime: .zero)
        let report = try await self.inspector.examine(options) { found.append($0) }
        #expect(report.found.values.reduce(0, +) == found.reduce(0) { $0 + $1.count })
        return found
    }

    /// A digest of everything in the database.
    func digest() async throws -> String? {
        try await self.redis.send(["DEBUG", "DIGEST"]).string
    }
}
