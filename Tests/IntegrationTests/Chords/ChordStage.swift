import CeleryProtocol
import RedisClient
import TestSupport

@testable import TaskBroker
@testable import TaskBrokerTesting

/// A broker with what a random test does to it from outside.
protocol ChordStage: Sendable {
    associatedtype SomeBroker: Broker
    associatedtype Backend: ResultBackend

    var broker: SomeBroker { get }
    var backend: Backend { get }
    /// Whether a part counts even if its reporter has lost the claim: two servers have no common step.
    var countsLateParts: Bool { get }

    /// Takes all leases away, as if their time had run out.
    func loseLeases(_ consumer: any Consumer) async throws
    /// Lets a chord forget who makes its body, as it does after a while.
    func forgetOwner(of group: String) async throws
    /// What was sent to the queue that nobody consumes.
    func sent() async throws -> [String]
}

/// A real Redis, or two of them.
struct RedisChordStage: ChordStage {
    let fixture: ChordFixture
    let countsLateParts: Bool

    var broker: RedisBroker { self.fixture.broker.broker }
    var backend: RedisResultBackend { self.broker.backend }

    func loseLeases(_ consumer: any Consumer) async throws {
        try await self.fixture.loseLeases(consumer)
    }

    func forgetOwner(of group: String) async throws {
        let chord = try await self.fixture.chord(group)
        guard chord.claim != "done" else { return }
        try await self.fixture.results.send(["DEL", "celery-taskset-meta-\(group).c"])
    }

    func sent() async throws -> [String] { try await self.fixture.sent() }
}

/// The broker of apps in memory.
struct InMemoryChordStage: ChordStage {
    let broker = InMemoryBroker()
    let countsLateParts = false

    var backend: InMemoryBroker { self.broker }

    func loseLeases(_: any Consumer) async throws {
        self.broker.change { $0.expireLeases() }
    }

    /// In memory nobody forgets.
    func forgetOwner(of _: String) async throws {}

    func sent() async throws -> [String] {
        self.broker.look { state in
            state.lists[ListAddress(queue: "sent", step: 0)]?.messages.map { String(decoding: $0, as: UTF8.self) } ?? []
        }
    }
}
