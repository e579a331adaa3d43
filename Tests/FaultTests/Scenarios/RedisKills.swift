import TestSupport
import Testing

/// `kill -9` of a Redis with an append-only file, under load.
enum RedisKills {
    struct Size: Sendable {
        var tasks: Int
        var kills: Int
        /// How long it stays away, in seconds.
        var away: ClosedRange<Double>

        static let current = FaultTier.pick(
            ci: Size(tasks: 1_500, kills: 5, away: 0...3),
            nightly: Size(tasks: 12_000, kills: 20, away: 0...10),
            release: Size(tasks: 50_000, kills: 50, away: 0...20)
        )
    }

    static func run(_ size: Size, _ program: FleetProgram = .taskBroker) async throws {
        let plan = Fleet.Plan(program: program, lease: 5)
        let options = RedisServerOptions(isPersistent: true, arguments: ["--appendfsync", "everysec"])
        try await Arena.run("T06", "\(size.kills) × kill -9 of Redis (AOF)", program: program, options) { arena in
            var random = arena.random
            var sent: [String] = []
            let (violations, exits) = try await Fleet.with(plan, arena) { _ in
                var violations: [String] = []
                for _ in 0..<size.kills {
                    let portion = size.tasks / size.kills
                    sent += try await arena.send(portion, from: sent.count, seconds: 0...0.08, using: &random)
                    try await arena.waitUntilDone(sent.count - portion + 1)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0..<300, using: &random)))
                    try await arena.server.crash()
                    try await Task.sleep(for: .seconds(Double.random(in: size.away, using: &random)))
                    try await arena.server.restart()
                    arena.faults.note(.outage)
                    if program.isOurs { violations += try await Audit(of: arena.server).violations }
                }
                try await arena.drain(sent)
                return violations
            }
            let verdict = try await arena.verdict(sent, exits: exits, violations: violations)
            // An acknowledgement can be in Redis's socket when it dies: what was in flight then may run again.
            return (verdict, .init(repeats: plan.lanes * plan.slots * size.kills, recovery: .seconds(4)))
        }
    }
}

extension Faults {
    @Test func `T06 Redis is killed and comes back, and work goes on within seconds`() async throws {
        try await RedisKills.run(.current)
    }
}
