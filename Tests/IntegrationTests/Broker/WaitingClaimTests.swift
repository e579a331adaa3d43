import CeleryProtocol
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import TaskBroker

/// Messages that are handed over in the moment in which they arrive (`docs/decisions/0015-waiting-claims.md`).
@Suite(.serialized, .timeLimit(.minutes(4))) struct WaitingClaimTests {
    @Test func `a message that is pushed while somebody waits is theirs`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                let arrival = try #require(
                    try await fixture.arrival(of: consumer) {
                        // What comes within 2 ms counts as frequent.
                        try await Task.sleep(for: .milliseconds(20))
                        try await fixture.push(["a\0\u{e9}"])
                    }
                )
                let message = arrival.message
                #expect(message.raw == Array("a\0\u{e9}".utf8))
                #expect(message.claim == Claim(id: "\(consumer.nonce):w0:1", queue: "q", step: 0))
                #expect(message.redeliveries == 0 && message.parkings == 0)
                #expect(arrival.isAlone && !arrival.isFrequent && arrival.revocations == nil)
                let now = try await consumer.now()
                #expect(arrival.now <= now && now.duration(since: arrival.now) < .seconds(60))
                let state = try await fixture.state()
                #expect(state.waiting.isEmpty)
                #expect(state.inFlight == [message.claim.id: message.text])
                #expect(Array(state.waits.keys) == [message.batch])
                state.expectInvariants()
            }
        }
    }

    @Test func `acknowledging it stores the result, and what is left goes when its worker leaves`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                let arrival = try await fixture.arrival(of: consumer) { try await fixture.push(["a"]) }
                let message = try #require(arrival?.message)
                #expect(try await consumer.settle(message.end(results: [ResultWrite("id", "done")])))
                let result = RedisKeys.result(of: "id")
                #expect(try await fixture.redis.send(["GET", result]).string == "done")
                #expect(try await !consumer.settle(message.end()), "it has ended")
                // Nothing but the entry may outlive the batch.
                #expect(try await fixture.leftovers() == [result, ClaimDomain(queue: "q", step: 0).wait].sorted())
                try await consumer.withdraw()
                #expect(try await fixture.leftovers() == [result])
            }
        }
    }

    @Test func `whoever waits again leaves one entry, and a lease for what it still has`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter { consumer in
                var held: [String] = []
                for number in 0..<6 {
                    let arrival = try await fixture.arrival(of: consumer) {
                        let state = try await fixture.state()
                        #expect(Array(state.waits.keys) == ["\(consumer.nonce):w\(number)"])
                        #expect(Set(state.leases.keys) == Set(held))
                        state.expectInvariants()
                        try await fixture.push(["m\(number)"])
                    }
                    let message = try #require(arrival?.message)
                    #expect(message.text == "m\(number)")
                    if number.isMultiple(of: 2) {
                        #expect(try await consumer.settle(message.end()))
                    } else {
                        held.append(message.batch)
                    }
                }
                try await consumer.withdraw()
                let state = try await fixture.state()
                #expect(state.waits.isEmpty && state.seals.isEmpty)
                #expect(Set(state.leases.keys) == Set(held))
                #expect(state.messages == ["m1", "m3", "m5"])
            }
        }
    }

    @Test func `of several who wait only one gets a message`() async throws {
        try await BrokerFixture.with { fixture in
            try await Self.withTwo(fixture) { arrivals in
                for text in ["a", "b"] {
                    try await fixture.push([text])
                    #expect(try await arrivals.next()??.message.text == text)
                    let state = try await fixture.state()
                    #expect(state.waiting.isEmpty && state.inFlight.values.contains(text))
                    #expect(try await fixture.waiters().count == (text == "a" ? 1 : 0))
                }
            }
        }
    }

    @Test(arguments: [2, 3, 5])
    func `messages that come at once go to all who wait, who learn whether there are more`(count: Int) async throws {
        try await BrokerFixture.with { fixture in
            try await Self.withTwo(fixture) { arrivals in
                try await fixture.push((0..<count).map { "m\($0)" })
                var found: [Arrival] = []
                while let arrival = try await arrivals.next() { found.append(try #require(arrival)) }
                #expect(found.map(\.message.text).sorted() == ["m0", "m1"])
                #expect(found.map(\.isAlone) == [count == 2, count == 2])
                let state = try await fixture.state()
                #expect(state.waiting == (2..<count).map { "m\($0)" })
                state.expectInvariants()
            }
        }
    }

    private static func withTwo(
        _ fixture: BrokerFixture,
        _ body: (inout ThrowingTaskGroup<Arrival?, any Error>) async throws -> Void
    ) async throws {
        try await fixture.withWaiter { first in
            try await fixture.withWaiter { second in
                try await withThrowingTaskGroup(of: Arrival?.self) { group in
                    for consumer in [first, second] {
                        group.addTask { try await consumer.nextArrival { Timestamp(microseconds: 0) } }
                    }
                    defer { group.cancelAll() }
                    try await fixture.await(waiters: 2)
                    try await body(&group)
                }
            }
        }
    }

    @Test func `a wait that is over begins again, with another batch`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter(lease: .seconds(1)) { consumer in
                async let arrival = consumer.nextArrival { Timestamp(microseconds: 0) }
                try await eventually("it has waited several times") {
                    try await fixture.state().waits.keys.contains { !["w0", "w1"].contains($0.suffix(2)) }
                }
                let state = try await fixture.state()
                #expect(state.waits.count == 1 && state.seals.isEmpty && state.inFlight.isEmpty)
                try await fixture.push(["a"])
                #expect(try await arrival?.message.text == "a")
            }
        }
    }
}

// MARK: - Where it waits

extension WaitingClaimTests {
    @Test func `it waits where the last message came from`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter(["a", "b"]) { consumer in
                var places: [String] = []
                for (queue, priority) in [("a", 0), ("b", 0), ("a", 9), ("b", 9), ("a", 0)] {
                    try await fixture.push(["found"], to: queue, priority: priority)
                    let found = try #require(try await consumer.claim(1).first)
                    #expect(try await consumer.settle(found.end()))
                    let arrival = try await fixture.arrival(of: consumer) {
                        places.append(try await Self.places(fixture))
                        try await fixture.push(["m"], to: queue, priority: priority)
                    }
                    let claim = try #require(arrival?.message.claim)
                    #expect(claim.queue == queue && claim.step == priority)
                    #expect(try await consumer.settle(try #require(arrival).message.end()))
                }
                #expect(places == ["a 0", "b 0", "a 9", "b 9", "a 0"])
            }
        }
    }

    private static func places(_ fixture: BrokerFixture) async throws -> String {
        var found: [String] = []
        for queue in ["a", "b"] {
            for step in Priority.steps where try await !fixture.state(queue, step: step).waits.isEmpty {
                found.append("\(queue) \(step)")
            }
        }
        return found.joined(separator: ", ")
    }

    @Test func `the bell tells of every list but the one in which it waits`() {
        var state = ConsumerState(ConsumerLayout(["a"]))
        let domains = state.layout.domains
        let lists = Set(domains.map(\.list))
        #expect(Self.lists(state) == lists)
        let entry = WaitingClaims.Entry(domain: domains[1], batch: ClaimBatch(waitingWithNonce: "n", number: 0))
        state.waiting.begin(entry)
        #expect(Self.lists(state) == lists.subtracting([domains[1].list]))
        state.block([domains[0]])
        #expect(Self.lists(state) == lists.subtracting([domains[0].list, domains[1].list]))
        state.waiting.end()
        #expect(Self.lists(state) == lists.subtracting([domains[0].list]))
    }

    @Test func `a list that was left out of the bell is missed as soon as nobody waits there`() {
        var state = ConsumerState(ConsumerLayout(["a"]))
        func wait(at index: Int) {
            let batch = ClaimBatch(waitingWithNonce: "n", number: index)
            state.waiting.begin(WaitingClaims.Entry(domain: state.layout.domains[index], batch: batch))
        }
        _ = state.listsToHear()
        #expect(!state.hasDeafSpot)
        wait(at: 0)
        #expect(!state.hasDeafSpot)
        _ = state.listsToHear()
        #expect(!state.hasDeafSpot)
        wait(at: 1)
        #expect(state.hasDeafSpot)
        wait(at: 0)
        state.waiting.end()
        #expect(state.hasDeafSpot)
        _ = state.listsToHear()
        #expect(!state.hasDeafSpot)
    }

    @Test func `when it waits elsewhere the bell is armed anew, so that no list is without both`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withWaiter(["a", "b"], lease: .seconds(1)) { consumer in
                async let arrival = consumer.nextArrival { Timestamp(microseconds: 0) }
                try await fixture.await(waiters: 1)
                async let work: Void = consumer.waitForWork()
                try await eventually("the bell is armed") { consumer.state.withLock { $0.unheard != nil } }
                consumer.state.withLock { state in
                    let place = state.layout.domains.first { $0.queue == "b" }
                    state.waiting.setPlace(place)
                }
                // Nothing was pushed: it rings when the next wait begins.
                try await work
                try await fixture.push(["m"], to: "b")
                #expect(try await arrival?.message.claim.queue == "b")
            }
        }
    }

    private static func lists(_ state: ConsumerState) -> Set<String> {
        var state = state
        let lists = state.listsToHear()
        return Set((0..<lists.count).compactMap { lists[$0].map { String(decoding: $0, as: UTF8.self) } })
    }
}
