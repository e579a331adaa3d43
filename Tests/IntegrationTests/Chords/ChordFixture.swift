import CeleryProtocol
import Logging
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Where the results are, seen from the messages.
enum ChordPlacement: String, CaseIterable, Sendable {
    case sameDatabase
    case otherDatabase
    case otherServer
}

/// A broker with its results in a given place, and a plain client that looks at the chords there.
struct ChordFixture: Sendable {
    let broker: BrokerFixture
    /// A client of the database with the results.
    let results: RedisClient
}

extension ChordFixture {
    /// Starts everything, runs `body`, and stops everything.
    static func with(_ placement: ChordPlacement, _ body: (ChordFixture) async throws -> Void) async throws {
        try await RedisServer.with { server in
            switch placement {
            case .sameDatabase: try await self.with(server, results: server.url, body)
            case .otherDatabase: try await self.with(server, results: server.url.dropLast() + "1", body)
            case .otherServer: try await RedisServer.with { try await self.with(server, results: $0.url, body) }
            }
        }
    }

    private static func with(
        _ server: RedisServer,
        results url: String,
        _ body: (ChordFixture) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let results = RedisClient(RedisConfiguration(url: try RedisURL(url)), logger: logger)
        try await BrokerFixture.with(server, backend: url) { broker in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await results.run() }
                defer { group.cancelAll() }
                try await body(ChordFixture(broker: broker, results: results))
            }
        }
    }

    /// Makes a chord known that waits for `size` parts.
    func start(_ group: String = "g", size: Int) async throws {
        let chord = ChordStart(groupID: group, size: size)
        try await self.broker.broker.backend.prepare(groups: [], chords: [chord], expires: .seconds(60))
    }

    /// What is stored about a chord.
    func chord(_ group: String = "g") async throws -> ChordSnapshot {
        try await ChordSnapshot(of: group, self.results)
    }

    /// Takes all leases away, as if their time had run out, and lets `consumer` bring the messages back.
    func loseLeases(_ consumer: any Consumer) async throws {
        let domain = ClaimDomain(queue: "q", step: 0)
        for id in try await self.broker.state().leases.keys {
            try await self.broker.redis.send(["ZADD", domain.lease, "XX", "1", id])
        }
        // The last look at the lists was a second ago, so that this is no return after an outage.
        let beat = try await consumer.now().milliseconds - 1000
        try await self.broker.redis.send(["HSET", domain.beat, "at", "\(beat)", "hold", "0"])
        // What was put aside is due as well.
        for id in try await self.broker.state().due.keys {
            try await self.broker.redis.send(["ZADD", domain.eta, "XX", "1", id])
        }
        _ = try await consumer.tick()
        #expect(try await self.broker.state().leases.isEmpty)
    }

    /// What was sent to the queue that stands for those of bodies and errbacks.
    func sent() async throws -> [String] {
        try await self.broker.state("sent").waiting
    }

    /// A stored result as it is.
    func result(_ taskID: String) async throws -> String? {
        try await self.results.send(["GET", "celery-task-meta-\(taskID)"]).string
    }
}

extension ChordPart {
    /// The part of the member `index` of a header: its task is `t0`, its value 0, and so on.
    static func member(_ index: Int, of group: String = "g", state: String = "SUCCESS") -> ChordPart {
        ChordPart(
            groupID: group,
            taskID: "t\(index)",
            groupIndex: index,
            state: state,
            result: .integer(Int64(index))
        )
    }
}

extension ChordEnd {
    /// The end of the chord that `part` has completed, which sends its group's id.
    init(of part: ChordPart, isSuccess: Bool = true, results: [ResultWrite] = []) {
        self.init(
            groupID: part.groupID,
            token: part.token,
            isSuccess: isSuccess,
            results: results,
            publications: [Publication(part.groupID, to: "sent")]
        )
    }
}

extension ClaimedMessage {
    /// Acknowledges with what a task says to chords.
    func report(
        parts: [ChordPart] = [],
        ends: [ChordEnd] = [],
        results: [ResultWrite] = [],
        expires: Duration? = .seconds(60)
    ) -> Settlement {
        var settlement = self.end(results: results)
        settlement.canvas = CanvasEffects(
            origin: TaskHeaders(task: "t", id: "origin"),
            parts: parts,
            ends: ends,
            expires: expires
        )
        return settlement
    }
}

extension Consumer {
    /// Ends one claim with what a task says to chords, and tells which of its parts completed one.
    func report(_ settlement: Settlement) async throws -> (isAccepted: Bool, completed: [Int]) {
        let reply = try await self.settle([settlement], claiming: 0)
        return (reply.isAccepted[0], reply.completions[0] ?? [])
    }
}
