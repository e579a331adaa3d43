import TestSupport
import Testing

/// Workers that are told to end, at any point of their work.
enum Shutdowns {
    struct Size: Sendable {
        var tasks: Int
        var warm: Int
        var cold: Int

        static let current = FaultTier.pick(
            ci: Size(tasks: 1_200, warm: 16, cold: 8),
            nightly: Size(tasks: 10_000, warm: 150, cold: 75),
            release: Size(tasks: 40_000, warm: 500, cold: 250)
        )
    }

    static func warm(_ size: Size) async throws {
        let plan = Fleet.Plan(lanes: 3)
        try await Arena.run("T20", "\(size.warm) × SIGTERM") { arena in
            var random = arena.random
            var sent: [String] = []
            let (_, exits) = try await Fleet.with(plan, arena) { fleet in
                for _ in 0..<size.warm {
                    let portion = size.tasks / size.warm
                    sent += try await arena.send(portion, from: sent.count, seconds: 0...0.06, using: &random)
                    let member = try await fleet.busyMember(using: &random)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0..<50, using: &random)))
                    fleet.end(member, with: 15)
                    // No task takes longer than a tenth of a second; the rest is the machine's.
                    #expect(try await member.process.exitStatus(timeout: .seconds(30)) == 0)
                }
                try await arena.drain(sent)
            }
            return (try await arena.verdict(sent, exits: exits), .init(repeats: 0))
        }
    }

    static func cold(_ size: Size) async throws {
        let plan = Fleet.Plan(lanes: 3)
        let faults = "\(size.cold) × SIGQUIT, or SIGTERM and kill -9 while it drains"
        try await Arena.run("T20", faults) { arena in
            var random = arena.random
            var sent: [String] = []
            let (_, exits) = try await Fleet.with(plan, arena) { fleet in
                for stop in 0..<size.cold {
                    let portion = size.tasks / 4 / size.cold
                    sent += try await arena.send(portion, from: sent.count, seconds: 0...0.5, using: &random)
                    let member = try await fleet.busyMember(using: &random)
                    if stop.isMultiple(of: 2) {
                        fleet.end(member, with: 3)
                    } else {
                        fleet.end(member, with: 15)
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<300, using: &random)))
                        fleet.kill9(member)
                    }
                    _ = try await member.process.exitStatus(timeout: .seconds(30))
                }
                try await arena.drain(sent)
            }
            let verdict = try await arena.verdict(sent, exits: exits)
            return (verdict, .init(repeats: plan.slots * size.cold, recovery: .seconds(plan.lease + 5)))
        }
    }
}

extension Faults {
    @Test func `T20 A worker that is told to finish loses nothing and repeats nothing`() async throws {
        try await Shutdowns.warm(.current)
    }

    @Test func `T20 A worker that is told to stop at once loses nothing`() async throws {
        try await Shutdowns.cold(.current)
    }
}
