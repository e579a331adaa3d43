import CeleryProtocol
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import TaskBroker

/// Waiting for work without taking any: R8 of the design.
@Suite(.serialized, .timeLimit(.minutes(4))) struct WaitingTests {
    @Test func `a push wakes the waiter at once`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withConsumer(["a", "b"]) { consumer in
                for (priority, queue) in [(0, "a"), (9, "b"), (3, "a")] {
                    let start = ContinuousClock.now
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await consumer.waitUntilClaimed() }
                        try await fixture.push(["m"], to: queue, priority: priority)
                        try await group.waitForAll()
                    }
                    // Nothing else ends the wait; a bell that does not ring would be waited for without end.
                    #expect(start.duration(to: .now) < .seconds(10))
                }
            }
        }
    }

    @Test func `waiting ends at once while messages wait, and takes none`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.withConsumer { consumer in
                for _ in 0..<3 { try await consumer.waitForWork() }
                #expect(try await fixture.state().waiting == ["a"])
            }
        }
    }

    @Test func `a cancelled wait does not end the bell`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withConsumer { consumer in
                for _ in 0..<3 {
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask { try? await consumer.waitForWork() }
                        group.cancelAll()
                    }
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await consumer.waitUntilClaimed() }
                    try await fixture.push(["m"])
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func `a message in a paused queue does not keep the worker busy`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.inspector.pause("q")
            try await fixture.withConsumer(["q", "other"]) { consumer in
                #expect(try await consumer.claim(1).isEmpty)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await consumer.waitUntilClaimed() }
                    try await fixture.push(["b"], to: "other")
                    try await group.waitForAll()
                }
                #expect(try await fixture.state().waiting == ["a"])
            }
        }
    }

    /// The bell is armed for the lists that may be taken from, and was armed without this one.
    @Test func `after a pause the bell rings for the queue again`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a"])
            try await fixture.inspector.pause("q")
            try await fixture.withConsumer { consumer in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await consumer.waitUntilClaimed() }
                    // The bell, which also rings when its connection is there, is armed by then; a waiter that comes later would need no ring.
                    try await Task.sleep(for: .milliseconds(500))
                    #expect(try await fixture.inspector.resume("q"))
                    #expect(try await consumer.tick().hasWork)
                    try await group.waitForAll()
                }
            }
        }
    }

    /// With a pause for everybody each would get about half of them.
    @Test func `who got the last message gets the next one`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withConsumer { first in
                try await fixture.withConsumer { second in
                    let claims = Claims()
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for (consumer, isFirst) in [(first, true), (second, false)] {
                            group.addTask {
                                while !Task.isCancelled {
                                    try await consumer.waitForWork()
                                    let count = try await consumer.claim(1).count
                                    claims.note(count, byFirst: isFirst)
                                }
                            }
                        }
                        defer { group.cancelAll() }
                        for number in 1...20 {
                            try await fixture.push(["m\(number)"])
                            try await eventually("it is claimed") { claims.counts.all == number }
                            // Until both wait again.
                            try await Task.sleep(for: .milliseconds(10))
                        }
                    }
                    let share = claims.counts.first
                    #expect(share <= 4 || share >= 16, "\(share) of 20")
                }
            }
        }
    }

    @Test func `every waiter is woken, and one gets the message`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.withConsumer { first in
                try await fixture.withConsumer { second in
                    try await withThrowingTaskGroup(of: Int.self) { group in
                        for consumer in [first, second] {
                            group.addTask {
                                while true {
                                    let count = try await consumer.claim(1).count
                                    if count > 0 { return count }
                                    try await consumer.waitForWork()
                                }
                            }
                        }
                        try await fixture.push(["m"])
                        #expect(try await group.next() == 1)
                        try await fixture.push(["n"])
                        #expect(try await group.next() == 1)
                    }
                }
            }
        }
    }
}

/// How many messages two consumers have claimed.
private final class Claims: Sendable {
    private let state = Mutex((first: 0, all: 0))

    var counts: (first: Int, all: Int) { self.state.withLock(\.self) }

    func note(_ count: Int, byFirst isFirst: Bool) {
        self.state.withLock { $0 = ($0.first + (isFirst ? count : 0), $0.all + count) }
    }
}

extension Consumer {
    /// Waits as a worker does: a ring may be spurious, the claim decides.
    fileprivate func waitUntilClaimed() async throws {
        while try await self.claim(1).isEmpty { try await self.waitForWork() }
    }
}
