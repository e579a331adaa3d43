import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Workers that are told to end, at any point of their work.
enum Shutdowns {
    struct Size: Sendable {
        var tasks: Int
        var warm: Int
        var cold: Int

        static let current = FaultTier.pick(
            ci: Size(tasks: 1_200, warm: 16, cold: 8),
            nightly: Size(tasks: 6_700, warm: 100, cold: 50),
            release: Size(tasks: 40_000, warm: 500, cold: 250)
        )
    }

    static func warm(_ size: Size) async throws {
        let plan = Fleet.Plan(lanes: 3)
        try await Arena.run("T20", "\(size.warm) × SIGTERM") { arena in
            let load = Load(size.tasks, faults: size.warm, seconds: 0...0.06)
            let verdict = try await arena.underLoad(plan, load) { _, fleet, random in
                let member = try await fleet.busyMember(using: &random)
                try await Task.sleep(for: .random(in: 0...0.05, using: &random))
                fleet.end(member, with: SIGTERM)
                // No task takes longer than a tenth of a second; the rest is the machine's.
                #expect(try await member.process.exitStatus(timeout: .seconds(30)) == 0)
            }
            return (verdict, .init(repeats: 0))
        }
    }

    static func cold(_ size: Size) async throws {
        let plan = Fleet.Plan(lanes: 3)
        let faults = "\(size.cold) × SIGQUIT, or SIGTERM and kill -9 while it drains"
        try await Arena.run("T20", faults) { arena in
            let load = Load(size.tasks / 4, faults: size.cold, seconds: 0...0.5)
            let verdict = try await arena.underLoad(plan, load) { stop, fleet, random in
                let member = try await fleet.busyMember(using: &random)
                if stop.isMultiple(of: 2) {
                    fleet.end(member, with: SIGQUIT)
                } else {
                    fleet.end(member, with: SIGTERM)
                    try await Task.sleep(for: .random(in: 0...0.3, using: &random))
                    fleet.kill9(member)
                }
                _ = try await member.process.exitStatus(timeout: .seconds(30))
            }
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
