import TestSupport
import Testing

/// `kill -9` of whole workers under load.
enum SupervisorKills {
    struct Size: Sendable {
        var tasks: Int
        var kills: Int

        static let current = FaultTier.pick(
            ci: Size(tasks: 3_000, kills: 20),
            nightly: Size(tasks: 20_000, kills: 200),
            release: Size(tasks: 100_000, kills: 1_000)
        )
    }

    /// T01: at any point of the work.
    static func anywhere(_ size: Size, _ program: FleetProgram = .taskBroker) async throws {
        let plan = Fleet.Plan(program: program)
        try await Arena.run("T01", "\(size.kills) × kill -9 of a worker", program: program) { arena in
            let load = Load(size.tasks, faults: size.kills, seconds: 0...0.008)
            let verdict = try await arena.underLoad(plan, load) { _, fleet, random in
                let victim = try await fleet.busyMember(using: &random)
                try await Task.sleep(for: .random(in: 0...0.3, using: &random))
                fleet.kill9(victim)
            }
            return (verdict, .init(repeats: plan.slots * size.kills, recovery: .seconds(plan.lease + 5)))
        }
    }

    /// T02: between the request of a claim and its reply, on a slow network.
    static func duringClaims(kills: Int) async throws {
        let plan = Fleet.Plan(lanes: 3)
        try await Arena.run("T02", "\(kills) × kill -9 between a claim's request and its reply, 5 ms network") {
            arena in
            let load = Load(kills * 100, faults: kills, seconds: 0...0.02)
            let verdict = try await Networks.run(arena, plan, load) { _, proxies, fleet, random in
                for proxy in proxies { proxy.links.change { $0.delay = 5...5 } }
                let victim = try await fleet.busyMember(using: &random)
                for await _ in proxies[victim.lane].links.claims() { break }
                fleet.kill9(victim)
            }
            return (verdict, .init(repeats: plan.slots * kills, recovery: .seconds(plan.lease + 5)))
        }
    }

    /// T02: of workers that wait for the next message, in the moment in which it comes.
    static func whileWaiting(faults: Int) async throws {
        let plan = Fleet.Plan(lanes: 3)
        var lone: [String] = []
        try await Arena.run("T02", "\(faults) × kill -9 or (1 of 4) kill -STOP while workers wait for lone tasks") {
            arena in
            let load = Load(faults, faults: faults, seconds: 0...0.01)
            let verdict = try await arena.underLoad(plan, load, also: { lone }) { portion, fleet, random in
                // A new worker listens at first, and waits when it has looked at the lists.
                try await Task.sleep(for: .milliseconds(1_300))
                let victim = try #require(fleet.members.randomElement(using: &random))
                let moment = Int.random(in: 0..<15, using: &random)
                for index in 0..<20 {
                    // Those that wait get what comes by turns, so that it may be any of these.
                    lone += try await arena.send(1, from: lone.count, "lone", seconds: 0...0.005, using: &random)
                    if index == moment {
                        try await Task.sleep(for: .random(in: 0...0.001, using: &random))
                        if portion % 4 == 3 {
                            try await fleet.freeze(victim, for: .seconds(2.5 * Double(plan.lease)))
                        } else {
                            fleet.kill9(victim)
                        }
                    }
                    try await Task.sleep(for: .random(in: 0.003...0.008, using: &random))
                }
            }
            // Without a lease of its own yet, the entry has to be over, and somebody has to look.
            return (verdict, .init(repeats: plan.slots * faults, recovery: .seconds(3 * plan.lease + 5)))
        }
    }
}

extension Faults {
    @Test func `T02 A lone task that came to a waiting worker is not lost with it`() async throws {
        try await SupervisorKills.whileWaiting(faults: FaultTier.pick(ci: 12, nightly: 100, release: 500))
    }

    @Test func `T01 Workers are killed under load, and nothing is lost or accepted twice`() async throws {
        try await SupervisorKills.anywhere(.current)
    }

    @Test func `T02 A claim whose reply nobody reads is not lost`() async throws {
        try await SupervisorKills.duringClaims(kills: FaultTier.pick(ci: 12, nightly: 100, release: 500))
    }
}
