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
                #expect(state.leases.isEmpty && state.inFlight.isEmpty)
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

    @Test func `a whole batch ends in one step, and what has ended of it before does not end again`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b", "c", "d"])
            try await fixture.withConsumer { consumer in
                let whole = try await consumer.claim(2)
                try await fixture.redis.send(["CONFIG", "RESETSTAT"])
                let reply = try await consumer.settle(whole.map { $0.end() }, claiming: 0)
                #expect(reply.isAccepted == [true, true])
                #expect(
                    try await fixture.redis.send(["INFO", "commandstats"]).string?.contains("cmdstat_lset") == false
                )
                // The reply was lost: all are sent again.
                #expect(try await consumer.settle(whole.map { $0.end() }, claiming: 0).isAccepted == [false, false])

                let part = try await consumer.claim(2)
                #expect(try await consumer.settle(part[0].end()))
                // The reply was lost, and its neighbour has ended meanwhile.
                let results = [ResultWrite("again", "{}")]
                let again = [part[0].end(results: results), part[1].end()]
                #expect(try await consumer.settle(again, claiming: 0).isAccepted == [false, true])
                #expect(try await fixture.redis.send(["EXISTS", RedisKeys.result(of: "again")]).integer == 0)
                let state = try await fixture.state()
                state.expectInvariants()
                #expect(state.messages.isEmpty && state.leases.isEmpty)
            }
        }
    }

    @Test func `a claim that is named twice in one call ends once, and no other with it`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                let twice = [messages[0].end(), messages[0].end()]
                #expect(try await consumer.settle(twice, claiming: 0).isAccepted == [true, false])
                try await fixture.state().expectInvariants()
                #expect(try await Array(fixture.state().inFlight.values) == ["b"])
                #expect(try await consumer.settle(messages[1].end()))
            }
        }
    }

    @Test(arguments: [false, true])
    func `a server that takes no writes does not make claims look lost`(isPlain: Bool) async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b", "c"])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(3)
                // Redis answers NOREPLICAS to every write.
                try await fixture.redis.send(["CONFIG", "SET", "min-replicas-to-write", "1"])
                for part in [messages.prefix(1), messages.prefix(3)] {
                    let settlements = part.map { $0.end(isPlain ? .acknowledge : .requeue) }
                    await #expect(throws: TaskBrokerError.self) {
                        _ = try await consumer.settle(settlements, claiming: 0)
                    }
                }
                try await fixture.redis.send(["CONFIG", "SET", "min-replicas-to-write", "0"])
                #expect(
                    try await consumer.settle(messages.map { $0.end() }, claiming: 0).isAccepted == [true, true, true]
                )
            }
        }
    }

    @Test func `who may not move messages at once takes them otherwise`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push((0..<24).map { "m\($0)" })
            try await fixture.withConsumer { consumer in
                #expect(try await consumer.claim(8).count == 8)
                // The right is taken away from the connection in use.
                try await fixture.redis.send(["ACL", "SETUSER", "default", "-sort"])
                #expect(try await consumer.claim(8).map(\.text) == (8..<16).map { "m\($0)" })
                try await fixture.redis.send(["ACL", "SETUSER", "default", "+sort"])
                try await fixture.state().expectInvariants()
                #expect(try await fixture.state().messages.count == 24)
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
                #expect(state.leases.isEmpty)
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
                let batches = Dictionary(grouping: state.inFlight.keys) { ClaimBatch.name(ofClaim: $0) }
                #expect(batches.values.map(\.count).sorted() == [50, 100, 100])
                #expect(messages.map(\.text) == (0..<250).map { "m\($0)" })
                #expect(try await consumer.renew(messages.map(\.claim)).isEmpty)
            }
        }
    }

    @Test func `a forged batch makes no script run for long`() async throws {
        try await BrokerFixture.with { fixture in
            let domain = ClaimDomain(queue: "q", step: 0)
            for (name, count) in [("n:1", 2), ("n:2", 101), ("::", 0), ("n", 1)] {
                try await fixture.redis.send(["ZADD", domain.lease, "1", name])
                let key = RedisKeys.batch(name, infl: domain.infl)
                for index in 0..<count { try await fixture.redis.send(["LPUSH", key, "\(name) \(index)"]) }
            }
            try await fixture.withConsumer(lease: .milliseconds(100)) { consumer in
                try await eventually("they are gone") {
                    _ = try await consumer.tick()
                    return try await fixture.redis.send(["EXISTS", domain.lease]).integer == 0
                }
                #expect(try await fixture.state().waiting.count == 103)
                // What is more than a batch stays in its list, and comes back when fsck has given that a lease.
                let rest = RedisKeys.batch("n:2", infl: domain.infl)
                #expect(try await fixture.redis.send(["LLEN", rest]).integer == 1)
                _ = try await fixture.examine(repairing: true)
                try await eventually("the rest has come back") {
                    _ = try await consumer.tick()
                    return try await fixture.state().waiting.count == 104
                }
            }
        }
    }

    @Test func `messages are the same however they are moved`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push((0..<40).map { "m\($0)" })
            try await fixture.withConsumer { consumer in
                var texts: [String] = []
                var moved = 0
                // It tries out its rights.
                _ = try await consumer.tick()
                for size in [8, 8, 3, 8, 8, 8] {
                    try await fixture.redis.send(["CONFIG", "RESETSTAT"])
                    let messages = try await consumer.claim(size)
                    texts += messages.map(\.text)
                    let statistics = try await fixture.redis.send(["INFO", "commandstats"]).string ?? ""
                    moved += statistics.contains("cmdstat_sort:") ? 1 : 0
                    let state = try await fixture.state()
                    state.expectInvariants()
                    for message in messages { #expect(state.inFlight[message.claim.id] == message.text) }
                    // In another order than they were taken in, and one by one.
                    for message in messages.reversed() { #expect(try await consumer.settle(message.end())) }
                }
                #expect(texts == (0..<40).map { "m\($0)" })
                #expect(moved == 4, "not the first, which did not know, and not the few")
                #expect(try await fixture.state().messages.isEmpty)
            }
        }
    }

    @Test func `what is moved at once has its counters, and goes back if the queue is paused`() async throws {
        try await BrokerFixture.with { fixture in
            let texts = (0..<24).map { "m\($0)" }
            try await fixture.push(texts)
            let dlv = ClaimDomain(queue: "q", step: 0).dlv
            let count = "return redis.call('HSET', KEYS[1], redis.sha1hex(ARGV[1]), 3)"
            try await fixture.redis.send(["EVAL", count, "1", dlv, "m9"])
            try await fixture.withConsumer { consumer in
                #expect(try await consumer.claim(8).map(\.redeliveries) == Array(repeating: 0, count: 8))
                #expect(try await consumer.claim(8).map(\.redeliveries) == [0, 3, 0, 0, 0, 0, 0, 0])
                _ = try await fixture.inspector.pause("q")
                #expect(try await consumer.claim(8).isEmpty)
                #expect(try await fixture.state().waiting == texts.suffix(8))
                try await fixture.state().expectInvariants()
            }
        }
    }
}
