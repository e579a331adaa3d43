import TestSupport
import Testing

/// A Redis that is there and refuses what workers ask of it, under load, one trouble after the other.
enum Refusals {
    /// How long each trouble lasts, and how often all of them come.
    struct Size: Sendable {
        var seconds: Int
        var rounds: Int
        var lease: Int

        /// Troubles that the holder of a lease cannot tell from its own: they have to pass before half of a lease is over.
        static let personal = FaultTier.pick(
            ci: Size(seconds: 1, rounds: 1, lease: 10),
            nightly: Size(seconds: 12, rounds: 1, lease: 30),
            release: Size(seconds: 12, rounds: 6, lease: 30)
        )

        /// Troubles in which nobody can take a lease away.
        ///
        /// They are longer than a lease where there is the time for it.
        static let general = FaultTier.pick(
            ci: Size(seconds: 1, rounds: 1, lease: 6),
            nightly: Size(seconds: 15, rounds: 1, lease: 6),
            release: Size(seconds: 60, rounds: 2, lease: 30)
        )
    }

    static func run(_ scenario: String, _ troubles: [RedisTrouble], _ size: Size) async throws {
        var plan = Fleet.Plan(lease: size.lease)
        var options = troubles.first?.options ?? RedisServerOptions()
        options.users.append(RedisTrouble.userRule)
        let all = Array(repeating: troubles, count: size.rounds).flatMap(\.self)
        let names = troubles.map(\.word).joined(separator: ", ")
        let faults = "\(size.rounds) × \(names) for \(size.seconds) s each, lease \(size.lease) s"
        try await Arena.run(scenario, faults, options) { arena in
            plan.urls = Array(
                repeating: "redis://\(RedisTrouble.user):secret@127.0.0.1:\(arena.server.port)/0",
                count: plan.lanes
            )
            // A second or two of work each: almost nothing is done in the trouble, so that some is left when it ends.
            let count = FaultTier.pick(ci: 80, nightly: 160, release: 160)
            let load = Load(all.count * count, faults: all.count, seconds: 0.1...0.3)
            let verdict = try await arena.underLoad(plan, load) { portion, fleet, _ in
                try await Self.suffer(all[portion], .seconds(size.seconds), fleet, arena)
            }
            return (verdict, .init(repeats: 0, recovery: .seconds(2)))
        }
    }

    /// Lets a trouble come and go, and looks at what the workers say meanwhile.
    private static func suffer(
        _ trouble: RedisTrouble,
        _ duration: Duration,
        _ fleet: Fleet,
        _ arena: Arena
    ) async throws {
        let before = fleet.members.map { Self.warnings(of: $0).count }
        try await trouble.begin(arena.server)
        let began = ContinuousClock.now
        for member in fleet.members {
            try await member.process.eventually("it is not ready: \(trouble.word)", timeout: .seconds(30)) {
                try await member.health.isUnready(saying: trouble.word)
            }
            #expect(try await member.health.ask("/livez").status == 200, "only a new worker would help")
        }
        try await Task.sleep(until: began + duration)
        try await trouble.end(arena.server)
        arena.faults.note(.outage)
        // Once in ten seconds for each cause.
        let limit = 1 + Int((ContinuousClock.now - began) / .seconds(10))
        for (member, before) in zip(fleet.members, before) {
            let warnings = Self.warnings(of: member).dropFirst(before)
            for (cause, lines) in Dictionary(grouping: warnings, by: \.self) {
                #expect(lines.count <= limit, "\(trouble.word): \(lines.count) × \(cause)")
            }
        }
    }

    /// The errors of which a worker has warned, in order.
    private static func warnings(of member: Fleet.Member) -> [Substring] {
        member.process.errorText.split(separator: "\n").filter { $0.contains("WARNING/") }
            .compactMap { $0.firstMatch(of: /error="([^"]*)"/)?.1 }
    }
}

extension Refusals {
    /// T14: a Redis that is full takes no new messages, and everything that is in it is done all the same.
    static func full(_ size: Size) async throws {
        let plan = Fleet.Plan(lease: size.lease)
        let faults = "\(size.rounds) × OOM for \(size.seconds) s, lease \(size.lease) s"
        try await Arena.run("T14", faults) { arena in
            let load = Load(size.rounds * 160, faults: size.rounds, seconds: 0.1...0.3)
            let verdict = try await arena.underLoad(plan, load) { _, fleet, random in
                try await RedisTrouble.full.begin(arena.server)
                let accepted = try await Self.receiptCount(arena)
                try await Task.sleep(for: .seconds(size.seconds))
                #expect(try await Self.receiptCount(arena) > accepted, "nothing was done while Redis was full")
                for member in fleet.members { #expect(try await member.health.isReady) }
                await #expect(throws: (any Error).self) {
                    try await arena.send(1, "refused", seconds: 0...0, using: &random)
                }
                try await RedisTrouble.full.end(arena.server)
                arena.faults.note(.outage)
            }
            return (verdict, .init(repeats: 0, recovery: .seconds(2)))
        }
    }

    private static func receiptCount(_ arena: Arena) async throws -> Int {
        Int(try await arena.server.cli("LLEN", "ledger")) ?? 0
    }
}

extension Faults {
    @Test func `T13 Workers that may not come in wait, say why, and go on`() async throws {
        try await Refusals.run(
            "T13",
            [.refusesConnections, .noRoomForClients, .wrongPassword, .noScripts],
            .personal
        )
    }

    @Test func `T14 A full Redis hands out what it has and keeps what is done`() async throws {
        try await Refusals.full(.general)
    }

    @Test func `T14 A Redis that takes no writes costs nobody a lease`() async throws {
        try await Refusals.run("T14", [.cannotSave, .noReplicas], .general)
    }

    @Test func `T15 A Redis that has become a replica costs nobody a lease`() async throws {
        try await Refusals.run("T15", [.readOnly], .general)
    }

    @Test func `T45 A full disk of Redis costs nobody a lease`() async throws {
        try await Refusals.run("T45", [.fullDisk], .general)
    }
}
