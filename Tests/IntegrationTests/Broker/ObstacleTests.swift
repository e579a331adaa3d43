import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Somebody keeps something else under the name of a key: nothing is lost, and no other queue suffers.
@Suite(.serialized) struct ObstacleTests {
    /// Every companion that holds part of the state of a queue.
    private static let companions: [RedisKeys.Companion] = [
        .lease, .dlv, .eta, .etam, .park, .dead, .deadm, .meta, .beat,
    ]

    @Test(arguments: Self.companions)
    func `a companion of a wrong type blocks its queue and no other`(companion: RedisKeys.Companion) async throws {
        try await BrokerFixture.with { fixture in
            let key = RedisKeys.companion(companion, of: "q")
            try await fixture.redis.send(["SET", key, "something else"])
            try await fixture.push(["a", "b"])
            try await fixture.push(["c"], to: "other")
            try await fixture.withConsumer(["q", "other"], lease: .seconds(30)) { consumer in
                _ = try await consumer.tick()
                #expect(try await consumer.claim(5).map(\.text) == ["c"])
                #expect(
                    try await fixture.redis.send(["LRANGE", "q", "0", "-1"]).array?.compactMap(\.string) == ["b", "a"]
                )
                #expect(try await fixture.redis.send(["GET", key]).string == "something else")
                var damage: [Damage] = []
                _ = try await fixture.inspector.examine { damage.append($0) }
                #expect(damage.map(\.kind) == [.wrongType] && damage.map(\.key) == [key])
                // As soon as it is gone, the queue goes on.
                try await fixture.redis.send(["DEL", key])
                _ = try await consumer.tick()
                #expect(try await consumer.claim(5).map(\.text) == ["a", "b"])
            }
        }
    }

    @Test(arguments: Self.companions)
    func `claims taken before a companion was replaced lose nothing`(companion: RedisKeys.Companion) async throws {
        try await BrokerFixture.with { fixture in
            let key = RedisKeys.companion(companion, of: "q")
            try await fixture.push(["a", "b", "c", "d", "e", "f"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(6)
                let due = try await consumer.now().adding(.seconds(60))
                try await fixture.redis.sendChecked([["DEL", key], ["SET", key, "something else"]])
                let dispositions: [Settlement.Disposition] = [
                    .acknowledge, .release, .requeue, .delay(until: due), .park(until: due, task: "t"),
                    .deadLetter(reason: "bad"),
                ]
                let settlements = zip(messages, dispositions).map { $0.end($1) }
                let reply = try await consumer.settle(settlements, claiming: 0)
                for index in settlements.indices where !reply.isAccepted[index] {
                    #expect(reply.obstacles[index] == .place(key))
                }
                #expect(reply.isAccepted[0])
                #expect(try await fixture.redis.send(["GET", key]).string == "something else")
                // What was refused happens when the key is free.
                try await fixture.redis.send(["DEL", key])
                let refused = settlements.indices.filter { !reply.isAccepted[$0] }
                if !refused.isEmpty {
                    let again = try await consumer.settle(refused.map { settlements[$0] }, claiming: 0)
                    #expect(again.isAccepted.allSatisfy { $0 })
                }
                #expect(try await fixture.state().messages == ["b", "c", "d", "e", "f"])
            }
        }
    }

    @Test func `whose batch was replaced by something else has lost its claim`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                let domain = ClaimDomain(queue: "q", step: 0)
                let key = RedisKeys.batch(ClaimBatch.name(ofClaim: messages[0].claim.id), infl: domain.infl)
                try await fixture.redis.sendChecked([["DEL", key], ["SET", key, "something else"]])
                let settlements = messages.map { $0.end(.requeue) }
                // In part, too, and an acknowledgement.
                for part in [settlements, [settlements[0]], [messages[1].end()]] {
                    let reply = try await consumer.settle(part, claiming: 0)
                    #expect(reply.isAccepted.allSatisfy { !$0 })
                    #expect(reply.obstacles.isEmpty, "the message is gone, and the claim with it")
                }
                #expect(try await fixture.redis.send(["GET", key]).string == "something else")
            }
            // The lease runs out; what is not ours stays.
            try await fixture.withConsumer(lease: .milliseconds(100)) { consumer in
                let lease = ClaimDomain(queue: "q", step: 0).lease
                for batch in try await fixture.redis.send(["ZRANGE", lease, "0", "-1"]).array ?? [] {
                    try await fixture.redis.send(["ZADD", lease, "1", "\(batch.string ?? "")"])
                }
                try await eventually("the lease is gone") {
                    _ = try await consumer.tick()
                    return try await fixture.redis.send(["EXISTS", lease]).integer == 0
                }
            }
        }
    }

    @Test func `only the settlement whose message cannot be sent is refused`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b", "c"])
            try await fixture.redis.send(["SADD", "appdata", "member"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(3)
                let before = try await fixture.state()
                let settlements = [
                    messages[0].end(results: [ResultWrite("ra", "{}")]),
                    messages[1].end(
                        results: [ResultWrite("rb", "{}")],
                        publications: [Publication("next", to: "appdata"), Publication("too", to: "other")]
                    ),
                    messages[2].end(publications: [Publication("fine", to: "other")]),
                ]
                let reply = try await consumer.settle(settlements, claiming: 0)
                #expect(reply.isAccepted == [true, false, true])
                #expect(reply.obstacles == [1: .target("appdata")])
                #expect(try await fixture.state("other").waiting == ["fine"])
                #expect(try await fixture.redis.send(["EXISTS", RedisKeys.result(of: "ra")]).integer == 1)
                #expect(try await fixture.redis.send(["EXISTS", RedisKeys.result(of: "rb")]).integer == 0)
                let after = try await fixture.state()
                #expect(after.leases == before.leases && Array(after.inFlight.values) == ["b"])
                after.expectInvariants()
            }
        }
    }

    @Test func `entries that have lost their messages are counted and told of`() async throws {
        let log = RecordedLog()
        try await BrokerFixture.with(logger: log.logger) { fixture in
            let domain = ClaimDomain(queue: "q", step: 0)
            for index in 0..<3 { try await fixture.redis.send(["ZADD", domain.eta, "1", "n:\(index)"]) }
            try await fixture.push(["some"])
            try await fixture.withConsumer { consumer in
                _ = try await consumer.tick()
                #expect(log.lines(with: "lost the bytes") == ["queue=q count=3"])
                // The next are told of with those that come within ten seconds.
                for _ in 0..<3 {
                    try await fixture.redis.send(["ZADD", domain.eta, "1", "n:4"])
                    _ = try await consumer.tick()
                }
                #expect(log.lines(with: "lost the bytes").count == 1)
            }
        }
    }

    @Test func `a lost batch whose messages are gone is counted`() async throws {
        let log = RecordedLog()
        try await BrokerFixture.with(logger: log.logger) { fixture in
            let domain = ClaimDomain(queue: "q", step: 0)
            try await fixture.redis.sendChecked([
                ["ZADD", domain.lease, "1", "n:7", "1", "n:8"],
                ["RPUSH", RedisKeys.batch("n:8", infl: domain.infl), "\0", "left"],
            ])
            try await fixture.withConsumer(lease: .milliseconds(100)) { consumer in
                try await eventually("the message that is left comes back") { try await consumer.tick().hasWork }
                #expect(try await consumer.claim(5).map(\.text) == ["left"])
            }
            #expect(log.lines(with: "lost the bytes") == ["queue=q count=1"])
        }
    }

    @Test func `delayed messages without bytes are counted when they are released`() async throws {
        let log = RecordedLog()
        try await BrokerFixture.with(logger: log.logger) { fixture in
            try await fixture.push(["a", "b"])
            try await fixture.withConsumer { consumer in
                let due = try await consumer.now().adding(.seconds(60))
                let parked = try await consumer.claim(2).map { $0.end(.park(until: due, task: "t")) }
                _ = try await consumer.settle(parked, claiming: 0)
                let etam = ClaimDomain(queue: "q", step: 0).etam
                try await fixture.redis.send(["HDEL", etam, parked[0].claim.id])
                try await consumer.releaseParked(tasks: ["t"])
                #expect(try await consumer.claim(5).map(\.text) == ["b"])
                #expect(log.lines(with: "lost the bytes") == ["queue=q count=1"])
            }
        }
    }
}
