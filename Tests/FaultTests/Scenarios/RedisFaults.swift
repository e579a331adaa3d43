import TestSupport
import Testing

/// A Redis that dies, forgets, stands still or throws its clients out, under load.
enum RedisFaults {
    struct Size: Sendable {
        var tasks: Int
        var kills: Int
        /// How long it stays away, in seconds.
        var away: ClosedRange<Double>

        static let current = FaultTier.pick(
            ci: Size(tasks: 900, kills: 3, away: 0...3),
            nightly: Size(tasks: 7_200, kills: 12, away: 0...10),
            release: Size(tasks: 50_000, kills: 50, away: 0...20)
        )
    }

    /// T06: `kill -9` of a server with an append-only file.
    static func kill(_ size: Size, _ program: FleetProgram = .taskBroker) async throws {
        let plan = Fleet.Plan(program: program, lease: 5)
        let options = RedisServerOptions(isPersistent: true, arguments: ["--appendfsync", "everysec"])
        try await Arena.run("T06", "\(size.kills) × kill -9 of Redis (AOF)", program: program, options) { arena in
            let load = Load(size.tasks, faults: size.kills, seconds: 0...0.08)
            let verdict = try await arena.underLoad(plan, load) { _, _, random in
                try await Task.sleep(for: .random(in: 0...0.3, using: &random))
                try await arena.server.crash()
                try await Task.sleep(for: .random(in: size.away, using: &random))
                try await arena.server.restart()
                arena.faults.note(.outage)
            }
            // An acknowledgement can be in Redis's socket when it dies: what was in flight then may run again.
            return (verdict, .init(repeats: plan.lanes * plan.slots * size.kills, recovery: .seconds(4)))
        }
    }

    /// T06: `kill -9` of a server that stays away for longer than any lease, under tasks that take longer still.
    ///
    /// Nobody could renew meanwhile, so nobody's lease may be taken away: the grace rule of the design's R4.
    static func outlast(times: Int) async throws {
        let (lease, away) = (2, 5.0)
        let plan = Fleet.Plan(lease: lease)
        let options = RedisServerOptions(isPersistent: true, arguments: ["--appendfsync", "everysec"])
        try await Arena.run("T06", "\(times) × Redis is away for \(Int(away)) s, lease \(lease) s", options) { arena in
            var random = arena.random
            var sent: [String] = []
            let (_, exits) = try await Fleet.with(plan, arena) { _ in
                for time in 0..<times {
                    let count = plan.lanes * plan.slots
                    let tasks = try await arena.send(count, "long\(time).", seconds: 9...10, using: &random)
                    sent += tasks
                    try await eventually("all slots are taken") { try await Audit(of: arena.server).inFlight == count }
                    // Until the claims are in the file: what Redis forgets is another scenario.
                    try await Task.sleep(for: .seconds(2))
                    try await arena.server.crash()
                    try await Task.sleep(for: .seconds(away))
                    try await arena.server.restart()
                    arena.faults.note(.other)
                    try await arena.drain(tasks)
                }
            }
            return (try await arena.verdict(sent, exits: exits), .init(repeats: 0))
        }
    }

    /// T08: one that comes back empty.
    ///
    /// What it has forgotten is lost, and not by us; what is sent then has to run.
    static func forget(times: Int) async throws {
        let plan = Fleet.Plan(lanes: 2)
        try await Arena.run("T08", "\(times) × kill -9 of Redis without persistence") { arena in
            var random = arena.random
            var remembered: [String] = []
            let (_, exits) = try await Fleet.with(plan, arena) { _ in
                for time in 0..<times {
                    // Two seconds of work, some of which is in flight when its messages vanish.
                    _ = try await arena.send(40, "gone\(time).", seconds: 0.1...0.3, using: &random)
                    try await eventually("work is in flight") { try await Audit(of: arena.server).inFlight > 0 }
                    try await arena.server.crash()
                    try await arena.server.restart()
                    remembered = try await arena.send(40, "new\(time).", seconds: 0...0.1, using: &random)
                    arena.faults.note(.outage)
                    try await arena.drain(remembered)
                }
            }
            var verdict = try await arena.verdict(remembered, exits: exits)
            // Only of the last round is there a record of what was accepted.
            verdict.tasks = 40 * times
            let lost = (0..<times).flatMap { time in (0..<40).map { "new\(time).\($0)" } }
                .filter { !arena.effects.contains(.done, $0) }
            verdict.lost = lost
            return (verdict, .init(repeats: 0, recovery: .seconds(4)))
        }
    }

    /// T09: connections that Redis closes, of every kind.
    static func disconnect(times: Int) async throws {
        let plan = Fleet.Plan(lease: 10)
        try await Arena.run("T09", "\(times) × CLIENT KILL of all connections of a kind") { arena in
            var random = arena.random
            // Sent before, because the connections of whoever sends are killed as well.
            let sent = try await arena.send(times * 30, seconds: 0...0.1, using: &random)
            let (_, exits) = try await Fleet.with(plan, arena) { _ in
                try await arena.waitUntilDone(1)
                for time in 0..<times {
                    let kind = time.isMultiple(of: 3) ? "pubsub" : "normal"
                    _ = try await arena.server.cli("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
                    arena.faults.note(.outage)
                    try await Task.sleep(for: .random(in: 0...0.2, using: &random))
                }
                try await arena.drain(sent)
            }
            return (try await arena.verdict(sent, exits: exits), .init(repeats: 0, recovery: .seconds(5)))
        }
    }

    /// T46: one that stands still for less than the lease, or longer than it.
    static func freeze(_ lengths: [Int], lease: Int) async throws {
        let plan = Fleet.Plan(lease: lease)
        let faults = "Redis stands still for \(lengths.map { "\($0) s" }.joined(separator: ", ")), lease \(lease) s"
        try await Arena.run("T46", faults) { arena in
            let verdict = try await arena.underLoad(
                plan,
                Load(64 * lengths.count, faults: lengths.count, seconds: 0.2...1)
            ) {
                portion,
                _,
                _ in
                arena.server.pause()
                try await Task.sleep(for: .seconds(lengths[portion]))
                arena.server.resume()
                arena.faults.note(.outage)
            }
            // A worker that could not renew for as long as its lease stops its tasks, and they run again.
            let isLong = lengths.contains { $0 >= lease }
            return (
                verdict,
                .init(repeats: isLong ? plan.lanes * plan.slots * lengths.count : 0, recovery: .seconds(4))
            )
        }
    }
}

extension Faults {
    @Test func `T06 Redis is killed and comes back, and work goes on within seconds`() async throws {
        try await RedisFaults.kill(.current)
    }

    @Test func `T06 Nobody's work is taken because Redis was away`() async throws {
        try await RedisFaults.outlast(times: FaultTier.pick(ci: 1, nightly: 5, release: 20))
    }

    @Test func `T08 Redis comes back empty, and takes new work at once`() async throws {
        try await RedisFaults.forget(times: FaultTier.pick(ci: 2, nightly: 10, release: 30))
    }

    @Test func `T09 Connections that Redis closes cost nothing`() async throws {
        try await RedisFaults.disconnect(times: FaultTier.pick(ci: 30, nightly: 300, release: 1_000))
    }

    @Test func `T46 Nobody's work is taken because Redis stood still`() async throws {
        switch FaultTier.current {
        case .ci: try await RedisFaults.freeze([4], lease: 10)
        case .nightly, .release: try await RedisFaults.freeze([10, 20], lease: 30)
        }
    }

    @Test func `T46 Redis stands still for longer than a lease, and nothing is lost`() async throws {
        switch FaultTier.current {
        case .ci: try await RedisFaults.freeze([4], lease: 2)
        case .nightly: try await RedisFaults.freeze([60], lease: 30)
        case .release: try await RedisFaults.freeze([60, 60], lease: 30)
        }
    }
}
