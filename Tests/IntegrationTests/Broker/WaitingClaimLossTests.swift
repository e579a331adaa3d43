import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Waiting claims whose workers, connections or replies are lost: no message is.
@Suite(.serialized, .timeLimit(.minutes(4))) struct WaitingClaimLossTests {
    private static let zero = Timestamp(microseconds: 0)

    // MARK: Workers

    @Test func `a message that a vanished worker was given comes back when its time is over`() async throws {
        try await BrokerFixture.with { fixture in
            let stray = StrayWaiter()
            #expect(try await stray.enter(fixture.redis, patience: .milliseconds(800), lease: .milliseconds(800)))
            let end = try #require(try await fixture.state().waits[stray.batch.name])
            try await fixture.push(["a"])
            #expect(try await stray.move(fixture.redis, isPatient: true).string == "a")
            try await fixture.state().expectInvariants()
            try await fixture.withConsumer(lease: .milliseconds(200)) { consumer in
                try await eventually("it is back") { try await consumer.tick().hasWork }
                #expect(Double(try await consumer.now().milliseconds) >= end)
                let message = try #require(try await consumer.claim(1).first)
                #expect(message.text == "a" && message.redeliveries == 1)
                #expect(try await consumer.settle(message.end()))
                let late = Settlement(
                    claim: Claim(id: stray.batch.claimID(at: 0), queue: "q"),
                    disposition: .acknowledge
                )
                #expect(try await !consumer.settle(late))
            }
            #expect(try await fixture.leftovers().isEmpty)
        }
    }

    @Test func `a batch that nobody waits with any more takes nothing`() async throws {
        try await BrokerFixture.with { fixture in
            let stray = StrayWaiter()
            #expect(try await stray.enter(fixture.redis, patience: .milliseconds(100), lease: .milliseconds(100)))
            try await fixture.withClient { client in
                // Redis still has its BLMOVE.
                async let late = stray.move(client, isPatient: true)
                try await fixture.await(waiters: 1)
                try await Self.sweep(stray, fixture)
                try await fixture.push(["a"])
                #expect(try await late.isSealed)
            }
            #expect(try await fixture.state().waiting == ["a"])
            // And one that comes late.
            for isPatient in [true, false] {
                #expect(try await stray.move(fixture.redis, isPatient: isPatient).isSealed)
            }
            let state = try await fixture.state()
            #expect(state.waiting == ["a"] && state.inFlight.isEmpty && state.waits.isEmpty)
            state.expectInvariants()
        }
    }

    @Test func `a tick keeps the counters of a message that has just come to somebody who waits`() async throws {
        try await BrokerFixture.with { fixture in
            let stray = StrayWaiter()
            #expect(try await stray.enter(fixture.redis, patience: .seconds(60), lease: .seconds(60)))
            try await fixture.push(["a"])
            #expect(try await stray.move(fixture.redis).string == "a")
            let set: RESPCommand = ["HSET", "\(stray.domain.dlv)", "counted", "3"]
            try await fixture.redis.send(set)
            try await fixture.withConsumer { consumer in
                for _ in 0..<3 { _ = try await consumer.tick() }
                #expect(try await fixture.redis.send(["HLEN", "\(stray.domain.dlv)"]).integer == 1)
                #expect(try await stray.abandon(fixture.redis) == 1)
                _ = try await fixture.redis.send(["DEL", "\(stray.domain.list)"])
                _ = try await consumer.tick()
                #expect(try await fixture.redis.send(["EXISTS", "\(stray.domain.dlv)"]).integer == 0)
            }
        }
    }

    /// Until another worker has ticked once its time was over.
    private static func sweep(_ stray: StrayWaiter, _ fixture: BrokerFixture) async throws {
        try await fixture.withConsumer(lease: .milliseconds(100)) { consumer in
            try await eventually("it is sealed") {
                _ = try await consumer.tick()
                return try await fixture.state().seals[stray.batch.name] != nil
            }
        }
    }

    @Test func `what a vanished worker must not have goes to the next who waits`() async throws {
        try await BrokerFixture.with { fixture in
            let stray = StrayWaiter()
            #expect(try await stray.enter(fixture.redis, patience: .milliseconds(100), lease: .milliseconds(100)))
            try await fixture.withClient { client in
                async let late = stray.move(client, isPatient: true)
                try await fixture.await(waiters: 1)
                try await Self.sweep(stray, fixture)
                try await fixture.withWaiter { consumer in
                    async let arrival = consumer.nextArrival { Self.zero }
                    try await fixture.await(waiters: 2)
                    try await fixture.push(["a"])
                    #expect(try await arrival?.message.text == "a")
                }
                #expect(try await late.isSealed)
            }
        }
    }

    @Test func `a worker does not look at each tick, and not where it waits itself`() async throws {
        try await BrokerFixture.with { fixture in
            let strays = [StrayWaiter(), StrayWaiter("other")]
            try await fixture.withWaiter(["q", "other"], lease: .seconds(1)) { consumer in
                _ = try await consumer.tick()
                for stray in strays {
                    #expect(try await stray.enter(fixture.redis, patience: .milliseconds(1), lease: .milliseconds(1)))
                }
                // Its own script sees to the list in which it waits.
                async let arrival = consumer.nextArrival { Self.zero }
                try await eventually("swept") {
                    _ = try await consumer.tick()
                    let states = [try await fixture.state(), try await fixture.state("other")]
                    return zip(states, strays).allSatisfy { $0.seals[$1.batch.name] != nil }
                }
                try await fixture.await(waiters: 1)
                try await fixture.push(["a"])
                #expect(try await arrival?.message.text == "a")
            }
        }
    }

    // MARK: Connections

    @Test func `a message that comes after the connection is lost can be claimed`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                await #expect(throws: TaskBrokerError.self) {
                    _ = try await fixture.arrival(of: consumer) {
                        try await fixture.endWaiters()
                        try await fixture.push(["a"])
                    }
                }
                let state = try await fixture.state()
                #expect(state.waiting == ["a"] && state.inFlight.isEmpty && state.waits.isEmpty)
                #expect(Array(state.seals.keys) == ["\(consumer.nonce):w0"])
                // The bell tells of this list, too.
                try await consumer.waitForWork()
                let message = try #require(try await consumer.claim(1).first)
                #expect(message.text == "a" && message.redeliveries == 0)
                // And it waits again.
                try await BrokerFixture.connects(consumer)
                let arrival = try await fixture.arrival(of: consumer) { try await fixture.push(["b"]) }
                #expect(arrival?.message.text == "b")
                try await fixture.state().expectInvariants()
            }
        }
    }

    @Test func `the bell rings for the list in which nobody waits any more`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                async let arrival = consumer.nextArrival { Self.zero }
                try await fixture.await(waiters: 1)
                async let work: Void = consumer.waitForWork()
                try await fixture.endWaiters()
                _ = try? await arrival
                consumer.hearAll()
                try await fixture.push(["a"])
                try await work
                #expect(try await consumer.claim(1).map(\.text) == ["a"])
            }
        }
    }

    /// The word after which the reply is cut, and how often: what cannot be given up at once is given up later.
    @Test(arguments: [["BLMOVE"], ["BLMOVE", WaitScript.abandon.sha1]])
    func `a message that was handed over and of which the worker never heard goes back`(cuts: [String]) async throws {
        try await BrokerFixture.with { fixture in
            _ = try await fixture.server.cli("SCRIPT", "LOAD", WaitScript.abandon.text)
            try await ReplyCutter.with(to: fixture.server.port) { cutter in
                try await fixture.withBroker("redis://127.0.0.1:\(cutter.port)/0") { broker in
                    try await fixture.withWaiter(of: broker) { consumer in
                        // Other scripts are known, and rights tried out.
                        _ = try await consumer.now()
                        for word in cuts { cutter.cut(after: word) }
                        await #expect(throws: TaskBrokerError.self) {
                            _ = try await fixture.arrival(of: consumer) { try await fixture.push(["a", "b"]) }
                        }
                        #expect(cutter.pending == 0)
                        let state = try await fixture.state()
                        #expect(state.waiting == ["a", "b"] && state.inFlight.isEmpty && state.waits.isEmpty)
                        try await BrokerFixture.connects(consumer)
                        let arrival = try await consumer.nextArrival { Self.zero }
                        #expect(arrival?.message.text == "a" && arrival?.isAlone == false)
                        try await fixture.state().expectInvariants()
                    }
                }
            }
        }
    }

    // MARK: Leaving

    @Test func `a worker that leaves while it waits takes nothing any more`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                let arrival = try await fixture.arrival(of: consumer) {
                    try await consumer.withdraw()
                    let state = try await fixture.state()
                    #expect(state.waits.isEmpty)
                    let held = RedisKeys.batch("\(consumer.nonce):w0", infl: ClaimDomain(queue: "q", step: 0).infl)
                    let left = try #require(try await fixture.redis.send(["PTTL", held]).integer)
                    #expect(1...3_600_000 ~= left)
                    state.expectInvariants()
                    try await fixture.push(["a"])
                }
                #expect(arrival == nil)
                #expect(try await fixture.state().waiting == ["a"])
            }
        }
    }

    @Test func `whoever is cancelled while it waits, and given something meanwhile, gives it back`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try? await consumer.nextArrival { Self.zero } }
                    try? await fixture.await(waiters: 1)
                    group.cancelAll()
                }
                try await fixture.push(["a"])
                try await consumer.withdraw()
                let state = try await fixture.state()
                #expect(state.waiting == ["a"] && state.inFlight.isEmpty && state.waits.isEmpty)
            }
        }
    }

    @Test func `other queues are waited for at once`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                await #expect(throws: TaskBrokerError.self) {
                    _ = try await fixture.arrival(of: consumer) { try consumer.setQueues(["other"]) }
                }
                try await fixture.push(["a"])
                let state = try await fixture.state()
                #expect(state.waiting == ["a"] && state.waits.isEmpty)
                try await BrokerFixture.connects(consumer)
                let arrival = try await fixture.arrival(of: consumer) { try await fixture.push(["b"], to: "other") }
                #expect(arrival?.message.claim.queue == "other")
                #expect(try await fixture.state().waiting == ["a"])
            }
        }
    }
}
