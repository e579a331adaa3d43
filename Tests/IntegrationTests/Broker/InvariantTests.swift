import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Random sequences of everything that consumers do, against a model that knows which messages exist.
@Suite(.serialized) struct InvariantTests {
    /// What the test has sent and has seen end.
    private struct Model {
        var sent: [String: [String]] = [:]
        var ended: [String: [String]] = [:]

        func alive(_ queue: String) -> [String] {
            var messages = self.sent[queue] ?? []
            for message in self.ended[queue] ?? [] {
                if let index = messages.firstIndex(of: message) { messages.remove(at: index) }
            }
            return messages.sorted()
        }
    }

    /// Waiters of whom nothing is heard any more.
    private struct Strays {
        /// Those whose `BLMOVE` has not come to Redis yet.
        var fresh: [StrayWaiter] = []
        var all: [StrayWaiter] = []
    }

    private static let queues = ["q", "{r}x"]

    @Test(arguments: UInt64(1)...6)
    func `no message is lost or doubled, whatever happens in which order`(seed: UInt64) async throws {
        try await BrokerFixture.with { fixture in
            let leases = [Duration.milliseconds(30), .milliseconds(200), .seconds(5)]
            let queues = Self.queues.map { Queue($0) }
            try await fixture.withWaiter(queues, lease: leases[0]) { first in
                try await fixture.withWaiter(queues, lease: leases[1]) { second in
                    try await fixture.withWaiter(queues, lease: leases[2]) { third in
                        try await Self.run(seed, [first, second, third], fixture)
                    }
                }
            }
        }
    }

    private static func run(_ seed: UInt64, _ consumers: [RedisConsumer], _ fixture: BrokerFixture) async throws {
        var random = SeededGenerator(seed: seed)
        var model = Model()
        var strays = Strays()
        var arrivals = 0
        var held = consumers.map { _ in [ClaimedMessage]() }
        for step in 0..<300 {
            let index = Int.random(in: consumers.indices, using: &random)
            let consumer = consumers[index]
            switch Int.random(in: 0..<30, using: &random) {
            case 0..<5:
                let queue = self.queues.randomElement(using: &random) ?? "q"
                model.sent[queue, default: []].append("\(seed)-\(step)")
                try await fixture.push(["\(seed)-\(step)"], to: queue)
            case 5..<15:
                let settlements = try await self.settlements(&held[index], consumer, &random)
                let claiming = Int.random(in: 0..<5, using: &random)
                let reply = try await consumer.settle(settlements.map(\.1), claiming: claiming)
                held[index] += reply.messages
                for ((message, settlement), isAccepted) in zip(settlements, reply.isAccepted) where isAccepted {
                    guard settlement.disposition == .acknowledge else { continue }
                    model.ended[message.claim.queue, default: []].append(message.text)
                }
            case 15..<17:
                _ = try await consumer.tick()
            case 17..<19:
                let lost = try await consumer.renew(held[index].map(\.claim))
                // Now and then a worker overlooks that it has lost a lease.
                let isForgotten = Bool.random(using: &random)
                held[index].removeAll { lost.contains($0.claim) && isForgotten }
            case 19..<23:
                // Where there are counters nobody waits, and there soon are some everywhere.
                guard let place = consumer.place else { continue }
                if Int.random(in: 0..<3, using: &random) > 0 { try await fixture.redis.send(["DEL", place.dlv]) }
                model.sent[place.queue, default: []].append("\(seed)-\(step)")
                try await fixture.push(["\(seed)-\(step)"], to: place.queue)
                if let arrival = try await consumer.nextArrival(after: { Timestamp(microseconds: 0) }) {
                    held[index].append(arrival.message)
                    arrivals += 1
                }
            case 23: try await consumer.secureArrival()
            case 24..<28: try await self.stray(step, &strays, fixture, &random)
            default:
                try await Task.sleep(for: .milliseconds(40))
            }
            for queue in self.queues {
                let state = try await fixture.state(queue)
                state.expectInvariants()
                try #require(state.messages == model.alive(queue), "I1, seed \(seed), step \(step)")
            }
        }
        #expect(arrivals > 0, "nothing was handed over; the test shows less than it should")
    }

    /// Somebody begins to wait and is never heard of again, or something becomes of one who did.
    private static func stray(
        _ step: Int,
        _ strays: inout Strays,
        _ fixture: BrokerFixture,
        _ random: inout SeededGenerator
    ) async throws {
        let redis = fixture.redis
        switch Int.random(in: 0..<5, using: &random) {
        case 0..<2:
            let stray = StrayWaiter(self.queues.randomElement(using: &random) ?? "q", number: step)
            // Counters may appear after the entry, too.
            try await redis.send(["DEL", stray.domain.dlv])
            let time = Duration.milliseconds(Int.random(in: 1..<100, using: &random))
            #expect(try await stray.enter(redis, patience: time, lease: time))
            strays.fresh.append(stray)
            strays.all.append(stray)
        case 2:
            // Each batch is given to Redis once.
            guard !strays.fresh.isEmpty else { return }
            let stray = strays.fresh.remove(at: Int.random(in: strays.fresh.indices, using: &random))
            let state = try await fixture.state(stray.domain.queue)
            let isSealed = state.seals[stray.batch.name] != nil
            #expect(isSealed != (state.waits[stray.batch.name] != nil))
            #expect(try await stray.move(redis).isSealed == (isSealed && !state.waiting.isEmpty))
        case 3: try await strays.all.randomElement(using: &random)?.abandon(redis)
        default: try await StrayWaiter.sweep(self.queues, redis)
        }
    }

    private static func settlements(
        _ held: inout [ClaimedMessage],
        _ consumer: any Consumer,
        _ random: inout SeededGenerator
    ) async throws -> [(ClaimedMessage, Settlement)] {
        let now = try await consumer.now()
        var settlements: [(ClaimedMessage, Settlement)] = []
        for _ in 0..<Int.random(in: 0..<4, using: &random) where !held.isEmpty {
            let message = held.remove(at: Int.random(in: held.indices, using: &random))
            let due = now.adding(.milliseconds(Int.random(in: 0..<60, using: &random)))
            let dispositions: [Settlement.Disposition] = [
                .acknowledge, .acknowledge, .release, .requeue, .delay(until: due), .park(until: due, task: "t"),
                .deadLetter(reason: "bad"),
            ]
            settlements.append((message, message.end(dispositions.randomElement(using: &random) ?? .acknowledge)))
        }
        // And now and then it settles something twice.
        if let last = settlements.last, Int.random(in: 0..<3, using: &random) == 0 { settlements.append(last) }
        return settlements
    }
}
