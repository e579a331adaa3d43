import TestSupport
import Testing

/// `kill -9` of whole workers under load.
enum SupervisorKills {
    /// How much is done.
    struct Size: Sendable {
        var tasks: Int
        var kills: Int

        static let current = FaultTier.pick(
            ci: Size(tasks: 3_000, kills: 20),
            nightly: Size(tasks: 20_000, kills: 200),
            release: Size(tasks: 100_000, kills: 1_000)
        )
    }

    static func run(_ size: Size, _ program: FleetProgram = .taskBroker) async throws {
        let plan = Fleet.Plan(program: program)
        try await Arena.run("T01", "\(size.kills) × kill -9 of a worker", program: program) { arena in
            var random = arena.random
            var sent: [String] = []
            let (violations, exits) = try await Fleet.with(plan, arena) { fleet in
                var violations: [String] = []
                for _ in 0..<size.kills {
                    let portion = size.tasks / size.kills
                    sent += try await arena.send(portion, from: sent.count, seconds: 0...0.008, using: &random)
                    let victim = try await fleet.busyMember(using: &random)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0..<300, using: &random)))
                    fleet.kill9(victim)
                    if program.isOurs { violations += try await Audit(of: arena.server).violations }
                }
                try await arena.drain(sent)
                return violations
            }
            let verdict = try await arena.verdict(sent, exits: exits, violations: violations)
            return (verdict, .init(repeats: plan.slots * size.kills, recovery: .seconds(plan.lease + 5)))
        }
    }
}

extension Faults {
    @Test func `T01 Workers are killed under load, and nothing is lost or accepted twice`() async throws {
        try await SupervisorKills.run(.current)
    }
}
