import TestSupport
import Testing

@testable import TaskBroker

/// Whatever happens in which order, the body of a chord is sent once, and after all of its parts.
@Suite(.serialized) struct ChordInvariantTests {
    private static let seeds = UInt64(1)...8

    @Test(arguments: ChordPlacement.allCases, Self.seeds)
    func `each body is sent once, after its parts`(placement: ChordPlacement, seed: UInt64) async throws {
        try await ChordFixture.with(placement) { fixture in
            let stage = RedisChordStage(fixture: fixture, countsLateParts: placement == .otherServer)
            try await Self.run(seed, stage)
        }
    }

    @Test(arguments: Self.seeds)
    func `each body is sent once, after its parts, in memory`(seed: UInt64) async throws {
        try await Self.run(seed, InMemoryChordStage())
    }

    private static func run(_ seed: UInt64, _ stage: some ChordStage) async throws {
        let consumers = try (0..<3).map { index in
            try stage.broker.makeConsumer(
                ConsumerConfiguration(queues: ["q"], lease: .seconds(60), node: "celery@test\(index)")
            )
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for consumer in consumers { group.addTask { await consumer.run() } }
            defer { group.cancelAll() }
            var simulation = ChordSimulation(seed: seed, stage: stage, consumers: consumers)
            try await simulation.run(120)
        }
    }
}
