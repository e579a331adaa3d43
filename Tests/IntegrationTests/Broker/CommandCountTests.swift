import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// What a task and an idle second cost Redis, commands inside scripts included.
@Suite(.serialized) struct CommandCountTests {
    @Test(arguments: [(1, 10.0), (16, 3.5), (64, 3.2)])
    func `a task with a result costs few commands`(batch: Int, limit: Double) async throws {
        try await BrokerFixture.with { fixture in
            let count = batch * 20
            try await fixture.push((0..<count).map { "m\($0)" })
            try await fixture.withConsumer { consumer in
                try await fixture.connect(consumer, "q")
                var messages = try await consumer.claim(batch)
                try await fixture.resetCounts()
                var done = 0
                while !messages.isEmpty {
                    let settlements = messages.map {
                        $0.end(results: [ResultWrite($0.text, #"{"status": "SUCCESS"}"#)])
                    }
                    let wanted = done + batch < count ? batch : 0
                    let reply = try await consumer.settle(settlements, claiming: wanted)
                    done += messages.count
                    messages = reply.messages
                }
                let commands = try await fixture.commandCounts()
                #expect(done == count)
                #expect(Double(commands.values.reduce(0, +)) / Double(done) <= limit, "\(commands)")
                #expect(commands["evalsha"] == 20)
            }
        }
    }

    @Test func `sending costs one command, and only a bounded queue costs more`() async throws {
        try await BrokerFixture.with { fixture in
            let terms = PublishTerms(bounds: ["bounded": QueueBound(maxLength: 1000)])
            let messages = (0..<100).map { Publication("m\($0)", to: "q") }
            _ = try await fixture.broker.publish([Publication("first", to: "bounded")], terms)
            try await fixture.resetCounts()
            _ = try await fixture.broker.publish(messages, terms)
            #expect(try await fixture.commandCounts() == ["lpush": 1])
            try await fixture.resetCounts()
            _ = try await fixture.broker.publish([Publication("second", to: "bounded")], terms)
            let expected = ["evalsha": 1, "llen": 4, "zcard": 4, "set": 1, "lpush": 1]
            #expect(try await fixture.commandCounts() == expected)
        }
    }

    @Test func `while something is revoked, a claim and an idle tick cost one command more`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push((0..<20).map { "m\($0)" })
            let limits = RevocationLimits(lifetime: .seconds(60))
            try await fixture.broker.revoke([Revocation(.task("other"))], limits)
            try await fixture.withConsumer(["q", "other"]) { consumer in
                try await fixture.connect(consumer, "other")
                let first = try await consumer.settle([], claiming: 1)
                let cursor = try #require(first.revocations?.cursor)
                var messages = first.messages
                try await fixture.resetCounts()
                for _ in 0..<19 {
                    let settlements = messages.map { $0.end(results: [ResultWrite($0.text, "{}")]) }
                    let reply = try await consumer.settle(settlements, claiming: 1, after: cursor)
                    #expect(reply.revocations == nil)
                    messages = reply.messages
                }
                let commands = try await fixture.commandCounts()
                #expect(commands["zrevrange"] == 19)
                #expect(commands["zrangebyscore"] == nil && commands["hget"] == nil, "\(commands)")
                for message in messages { #expect(try await consumer.settle(message.end())) }
                try await fixture.resetCounts()
                for _ in 0..<10 { #expect(try await consumer.tick(after: cursor) == TickReply(hasWork: false)) }
                // One `EXISTS` more each 45 s, for those who wait and are gone.
                #expect(try await fixture.commandCounts() == ["exists": 11, "zrangebyscore": 10])
            }
        }
    }

    @Test func `two thousand results are waited for with one subscription and a few questions`() async throws {
        try await BrokerFixture.with { fixture in
            let backend = fixture.broker.backend
            let ids = (0..<2_000).map { "member-\($0)" }
            let group = ResultNode(id: "group", children: ids.map { ResultNode(id: $0) })
            try await fixture.resetCounts()
            async let outcome = ResultWaiting(backend: backend)
                .outcome(of: ResultTally(group, followsParents: true), timeout: .seconds(120))
            try await eventually("subscribed to the last of them") {
                try await fixture.commandCounts()["subscribe"] == ids.count
            }
            let started = ContinuousClock.now
            for batch in stride(from: 0, to: ids.count, by: 100) {
                try await backend.store(
                    ids[batch..<(batch + 100)].map { ResultWrite($0, #"{"status": "SUCCESS", "result": 4}"#) }
                )
            }
            let info = try await outcome
            let seconds = ContinuousClock.now - started
            #expect(info?.value.arrayValue?.count == ids.count)
            #expect(info?.value[1_999] == 4)
            // A look is two MGET, once before and once a second.
            let looks = Int(seconds / .seconds(1)) + 3
            try #expect(await fixture.commandCounts()["mget"] ?? 0 <= looks * 2)
        }
    }

    @Test func `an idle tick is one command`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withConsumer(["login", "user", "fans"]) { consumer in
                try await fixture.connect(consumer, "login")
                _ = try await consumer.tick()
                try await fixture.resetCounts()
                for _ in 0..<10 { #expect(try await consumer.tick() == TickReply(hasWork: false)) }
                #expect(try await fixture.commandCounts() == ["exists": 10])
            }
        }
    }

    @Test func `an idle worker stays under two commands a second`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withConsumer(["login", "user", "fans"]) { consumer in
                let record = WorkerRecord(
                    node: "n",
                    pid: 1,
                    queues: ["login"],
                    concurrency: 1,
                    started: 0,
                    seen: 0
                )
                try await fixture.connect(consumer, "login")
                try await consumer.announce(record)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { while !Task.isCancelled { try await consumer.waitForWork() } }
                    defer { group.cancelAll() }
                    try await fixture.resetCounts()
                    let start = ContinuousClock.now
                    for _ in 0..<10 {
                        try await Task.sleep(for: .seconds(1))
                        _ = try await consumer.tick()
                    }
                    try await consumer.announce(record)
                    let commands = try await fixture.commandCounts()
                    let limit = 2 * start.duration(to: .now).inSeconds
                    #expect(Double(commands.values.reduce(0, +)) < limit, "\(commands)")
                }
            }
        }
    }
}

extension BrokerFixture {
    /// Returns when all connections are there, so that making them is not counted.
    fileprivate func connect(_ consumer: any Consumer, _ queue: String) async throws {
        let claim = Claim(id: "none", queue: "q")
        #expect(try await consumer.renew([claim]) == [claim])
        // The doorbell tells of work that is there, once it is connected.
        try await self.push(["connect"], to: queue)
        try await consumer.waitForWork()
        for message in try await consumer.claim(1) { #expect(try await consumer.settle(message.end())) }
    }
}

extension BrokerFixture {
    fileprivate func resetCounts() async throws {
        try await self.redis.send(["CONFIG", "RESETSTAT"])
    }

    /// The calls of every command since the last reset, but for the ones that count.
    fileprivate func commandCounts() async throws -> [String: Int] {
        let lines = try await self.redis.send(["INFO", "commandstats"]).string?.split(separator: "\r\n") ?? []
        var counts: [String: Int] = [:]
        for line in lines where line.hasPrefix("cmdstat_") {
            let parts = line.dropFirst(8).split(separator: ":")
            let calls = parts.last?.split(separator: ",").first?.split(separator: "=").last.flatMap { Int($0) }
            if let name = parts.first, let calls { counts[String(name)] = calls }
        }
        return counts.filter { !["config|resetstat", "info"].contains($0.key) }
    }
}
