import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// The log of revocations in Redis: the script that writes it, and those that read it.
@Suite(.serialized) struct RevocationLogTests {
    private static let limits = RevocationLimits(lifetime: .seconds(3600))
    private static let start = Timestamp(microseconds: 0)

    private static func tasks(_ ids: [String], terminates: Bool = false) -> [Revocation] {
        ids.map { Revocation(.task($0), terminates: terminates) }
    }

    @Test func `ten thousand are read in their order, and no two have the same place`() async throws {
        try await BrokerFixture.with { fixture in
            let log = RevocationLog(client: fixture.redis)
            let all = Self.tasks((0..<10_000).map { "\($0)" })
            try await fixture.broker.revoke(all, Self.limits)
            let update = try #require(try await log.update(after: Self.start))
            #expect(update.entries.map(\.revocation) == all)
            #expect(zip(update.entries, update.entries.dropFirst()).allSatisfy { $0.time < $1.time })
            #expect(update.cursor == update.entries.last?.time)

            #expect(try await log.update(after: update.cursor) == nil)
            #expect(try await log.update(after: update.cursor, newest: update.cursor) == nil)
            // The clock is far behind the last score; what comes now stands after it all the same.
            try await fixture.broker.revoke(Self.tasks(["new"]), Self.limits)
            let rest = try #require(try await log.update(after: update.cursor))
            #expect(rest.entries.map(\.revocation) == Self.tasks(["new"]))
            #expect(try await log.update(after: update.entries[9_997].time, newest: rest.cursor)?.entries.count == 3)
        }
    }

    @Test func `a worker that takes from no queue learns what is revoked`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.broker.revoke(Self.tasks(["a"]), Self.limits)
            try await fixture.withConsumer { consumer in
                try consumer.setQueues([])
                let reply = try await consumer.tick()
                #expect(reply.revocations?.entries.map(\.revocation) == Self.tasks(["a"]))
                #expect(!reply.hasWork && reply.nextDue == nil)
            }
        }
    }

    @Test func `a log that is none does not hide what a tick has found`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.redis.send(["SET", "tb:revoked", "x"])
            try await fixture.push(["m"])
            try await fixture.withConsumer { consumer in
                for _ in 0..<2 {
                    let reply = try await consumer.tick()
                    #expect(reply.hasWork && reply.revocations == nil)
                }
            }
        }
    }

    @Test func `the echo of a call changes nothing, stopping tasks is another entry`() async throws {
        try await BrokerFixture.with { fixture in
            let log = RevocationLog(client: fixture.redis)
            try await fixture.broker.revoke(Self.tasks(["a", "b"]), Self.limits)
            let cursor = try #require(try await log.update(after: Self.start)).cursor
            try await fixture.broker.revoke(Self.tasks(["a", "b"]), Self.limits)
            #expect(try await log.update(after: cursor) == nil)
            try await fixture.broker.revoke(Self.tasks(["a"], terminates: true), Self.limits)
            #expect(
                try await log.update(after: cursor)?.entries.map(\.revocation) == Self.tasks(["a"], terminates: true)
            )
            #expect(try await fixture.redis.send(["ZCARD", "tb:revoked"]).integer == 3)
        }
    }

    @Test func `an entry that is entered again after a minute moves to the end`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.broker.revoke(Self.tasks(["a", "b"]), Self.limits)
            let old = try await fixture.consumerNow() - 61_000
            try await fixture.redis.send(["ZADD", "tb:revoked", "\(old)", "i:a"])
            try await fixture.broker.revoke(Self.tasks(["a"]), Self.limits)
            let update = try await RevocationLog(client: fixture.redis).update(after: Self.start)
            #expect(update?.entries.map(\.revocation) == Self.tasks(["b", "a"]))
        }
    }

    @Test func `what is too old is forgotten, and the whole log with its last entry`() async throws {
        try await BrokerFixture.with { fixture in
            let limits = RevocationLimits(lifetime: .seconds(1))
            try await fixture.broker.revoke(Self.tasks(["a", "b"]), limits)
            let ttl = try #require(try await fixture.redis.send(["PTTL", "tb:revoked"]).integer)
            #expect(1...1010 ~= ttl)
            let old = try await fixture.consumerNow() - 1_000
            try await fixture.redis.send(["ZADD", "tb:revoked", "\(old)", "i:a"])
            try await fixture.broker.revoke(Self.tasks(["c"]), limits)
            #expect(
                try await fixture.redis.send(["ZRANGE", "tb:revoked", "0", "-1"]).array?.compactMap(\.string) == [
                    "i:b", "i:c",
                ]
            )
            try await eventually("the log has expired") {
                try await fixture.redis.send(["EXISTS", "tb:revoked"]).integer == 0
            }
            #expect(try await RevocationLog(client: fixture.redis).update(after: Self.start) == nil)
        }
    }

    @Test func `there are never more than the limit; the oldest go`() async throws {
        try await BrokerFixture.with { fixture in
            let limits = RevocationLimits(lifetime: .seconds(60), maximumCount: 700)
            try await fixture.broker.revoke(Self.tasks((0..<1200).map { "\($0)" }), limits)
            let update = try await RevocationLog(client: fixture.redis).update(after: Self.start)
            #expect(update?.entries.map(\.revocation) == Self.tasks((500..<1200).map { "\($0)" }))
        }
    }

    @Test func `a log that was lost and begun anew is read from its beginning`() async throws {
        try await BrokerFixture.with { fixture in
            let log = RevocationLog(client: fixture.redis)
            let ahead = Timestamp(milliseconds: try await fixture.consumerNow() + 100_000)
            try await fixture.broker.revoke(Self.tasks(["a"]), Self.limits)
            let update = try #require(try await log.update(after: ahead))
            #expect(update.entries.map(\.revocation) == Self.tasks(["a"]))
            #expect(update.cursor < ahead)
            #expect(try await log.update(after: ahead, newest: update.cursor) == update)
        }
    }

    @Test func `a claim tells what was revoked before it, to those who do not know`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["1", "2", "3", "4"])
            try await fixture.withConsumer(["q", "other"]) { consumer in
                #expect(try await consumer.settle([], claiming: 1).revocations == nil)
                let stamp = Revocation(.stamp(name: "tenant", value: ["a\nb", 1]), terminates: true)
                try await fixture.broker.revoke(Self.tasks(["x"]) + [stamp], Self.limits)
                let reply = try await consumer.settle([], claiming: 1)
                #expect(reply.messages.map(\.text) == ["2"])
                let update = try #require(reply.revocations)
                #expect(update.entries.map(\.revocation) == Self.tasks(["x"]) + [stamp])
                #expect(try await consumer.settle([], claiming: 1, after: update.cursor).revocations == nil)
                // Nothing was taken, so nothing has to be known.
                #expect(try await consumer.settle([], claiming: 0).revocations == nil)
                // A paused list gives back what was taken from it, whether or not anything is revoked.
                try await fixture.redis.send(["HSET", ClaimDomain(queue: "q", step: 0).meta, "paused", "1"])
                #expect(try await consumer.settle([], claiming: 1).messages.isEmpty)
                #expect(try await fixture.state().waiting == ["4"])
            }
        }
    }

    @Test func `a tick tells what was revoked, with and without messages`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withConsumer { consumer in
                #expect(try await consumer.tick() == TickReply(hasWork: false))
                try await fixture.broker.revoke(Self.tasks(["a"]), Self.limits)
                let reply = try await consumer.tick()
                #expect(!reply.hasWork)
                let update = try #require(reply.revocations)
                #expect(update.entries.map(\.revocation) == Self.tasks(["a"]))
                #expect(try await consumer.tick(after: update.cursor) == TickReply(hasWork: false))
                try await fixture.push(["m"])
                #expect(try await consumer.tick(after: update.cursor) == TickReply(hasWork: true))
                #expect(try await consumer.tick().revocations == update)
            }
        }
    }

    @Test func `a full Redis takes revocations, and a key of a wrong type stops no queue`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["m"])
            try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "1"])
            try await fixture.broker.revoke(Self.tasks(["a"]), Self.limits)
            try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "0"])
            #expect(try await RevocationLog(client: fixture.redis).update(after: Self.start)?.entries.count == 1)
            try await fixture.redis.send(["SET", "tb:revoked", "no log"])
            try await fixture.withConsumer { consumer in
                let reply = try await consumer.settle([], claiming: 1)
                #expect(reply.messages.map(\.text) == ["m"])
                #expect(reply.revocations == nil)
            }
        }
    }

    @Test(arguments: [
        "", "i", "i:", "z:a", "x:no feed", "s:name\n{broken", "s:name\n", "i:\u{0}",
        String(repeating: "i", count: 20_000),
    ])
    func `members that nobody of us wrote are ignored`(member: String) async throws {
        let revocation = Revocation(member: Array(member.utf8))
        #expect(revocation == nil || revocation?.member == Array(member.utf8))
        try await BrokerFixture.with { fixture in
            try await fixture.redis.send(["ZADD", "tb:revoked", "5", member, "6", "i:good"])
            let update = try #require(try await RevocationLog(client: fixture.redis).update(after: Self.start))
            #expect(update.entries.last?.revocation == Revocation(.task("good")))
            #expect(update.cursor == Timestamp(milliseconds: 6))
        }
    }
}

extension BrokerFixture {
    /// Redis's clock in ms.
    fileprivate func consumerNow() async throws -> Int64 {
        let parts = try await self.redis.send(["TIME"]).array?.compactMap(\.string).compactMap(Int64.init) ?? []
        return parts[0] * 1000 + parts[1] / 1000
    }
}
