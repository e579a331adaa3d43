import CeleryProtocol
import RedisClient
import Testing

@testable import TaskBroker

/// The store of dead letters is capped: X15 of the design.
@Suite(.serialized) struct DeadLetterLimitTests {
    @Test func `ten thousand dead letters are kept, and none for longer than seven days`() async throws {
        try await BrokerFixture.with { fixture in
            let domain = ClaimDomain(queue: "q", step: 0)
            let now = try await fixture.now()
            let day: Int64 = 86_400_000
            func bury(_ ids: [String], at time: Int64) async throws {
                var (scores, bodies): (RESPCommand, RESPCommand) = (["ZADD", domain.dead], ["HSET", domain.deadm])
                for id in ids {
                    for part in ["\(time)", id] { scores.append(part) }
                    for part in [id, "why\n\(id)"] { bodies.append(part) }
                }
                _ = try await fixture.redis.send(pipeline: [scores, bodies])
            }
            func ids() async throws -> Set<String> {
                let ids = try await fixture.redis.send(["ZRANGE", domain.dead, "0", "-1"]).array ?? []
                let bodies = try await fixture.redis.send(["HLEN", domain.deadm]).integer
                #expect(bodies == Int64(ids.count))
                return Set(ids.compactMap(\.string))
            }
            try await bury(["week"], at: now - 7 * day - 60_000)
            try await bury(["almost a week"], at: now - 7 * day + 3_600_000)
            try await bury((0..<9_998).map { "m\($0)" }, at: now - day)
            try await fixture.push(["first", "second"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                #expect(try await consumer.settle(messages[0].end(.deadLetter(reason: "bad"))))
                let kept = try await ids()
                #expect(kept.count == 10_000)
                #expect(!kept.contains("week") && kept.contains("almost a week"))
                #expect(try await consumer.settle(messages[1].end(.deadLetter(reason: "bad"))))
                let after = try await ids()
                #expect(after.count == 10_000)
                #expect(kept.subtracting(after) == ["almost a week"])
            }
        }
    }
}

extension BrokerFixture {
    /// The server's time in ms.
    fileprivate func now() async throws -> Int64 {
        let time = try await self.redis.send(["TIME"]).array ?? []
        return (time.first?.string.flatMap { Int64($0) } ?? 0) * 1000
    }
}
