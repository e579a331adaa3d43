import NIOCore
import NIOPosix
import TestSupport
import Testing

/// Workers that may open few files, and workers that may open none any more.
enum Descriptors {
    /// T37: few descriptors, a Redis with room for few clients, and strangers who want all of both.
    static func few(rounds: Int) async throws {
        var plan = Fleet.Plan(lanes: 2, lease: 10)
        for lane in 0..<plan.lanes { plan.launchers[lane] = ["prlimit", "--nofile=64:64"] }
        let plan64 = plan
        let options = RedisServerOptions(arguments: ["--maxclients", "20"])
        try await Arena.run("T37", "\(rounds) × strangers take all descriptors (64) and clients (20)", options) {
            arena in
            let load = Load(rounds * 120, faults: rounds, seconds: 0.05...0.3)
            let verdict = try await arena.underLoad(plan64, load) { _, fleet, _ in
                let ports = try [arena.server.port] + fleet.members.map { try Self.port(of: $0.health) }
                try await withThrowingTaskGroup(of: Void.self) { strangers in
                    for port in ports {
                        for _ in 0..<80 { strangers.addTask { await Self.occupy(port) } }
                    }
                    // They are in the way of everybody, and of workers that have to connect anew in particular.
                    for _ in 0..<3 {
                        try await arena.server.killClients()
                        try await Task.sleep(for: .milliseconds(500))
                    }
                    strangers.cancelAll()
                }
                arena.faults.note(.outage)
                try await eventually("there is room again") { try await arena.server.cli("PING") == "PONG" }
            }
            return (verdict, .init(repeats: 0, recovery: .seconds(5)))
        }
    }

    private static func port(of health: HealthClient) throws -> Int {
        try #require(health.url.split(separator: ":").last.flatMap { Int($0) })
    }

    /// Holds a connection, and makes a new one whenever it is closed, until the task is cancelled.
    private static func occupy(_ port: Int) async {
        while !Task.isCancelled {
            let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port).get()
            guard let channel else {
                try? await Task.sleep(for: .milliseconds(20))
                continue
            }
            await withTaskCancellationHandler {
                try? await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        }
    }
}

extension Descriptors {
    /// T37: a worker that cannot open anything any more, and whose connections break.
    ///
    /// It may end: libdispatch traps when it finds no descriptor for its own use (`docs/decisions/0007-staying-up.md`).
    static func none(rounds: Int, seconds: Int) async throws {
        let plan = Fleet.Plan(lanes: 3)
        try await Arena.run("T37", "\(rounds) × a worker without any descriptor for \(seconds) s") { arena in
            let load = Load(rounds * 150, faults: rounds, seconds: 0.05...0.3)
            let verdict = try await arena.underLoad(plan, load) { _, fleet, random in
                let victim = try await fleet.busyMember(using: &random)
                try await Self.limit(victim, to: "3")
                arena.faults.note(.paused(victim.processID))
                try await arena.server.killClients()
                try await Task.sleep(for: .seconds(seconds))
                // It takes up its work, or it has ended and another one has taken its place.
                if victim.process.isRunning { try await Self.limit(victim, to: "1024") }
                try await eventually("all workers are ready again", timeout: .seconds(120)) {
                    let members = fleet.members
                    guard members.count == plan.lanes else { return false }
                    for member in members {
                        guard let health = HealthClient(of: member.process), try await health.isReady else {
                            return false
                        }
                    }
                    return true
                }
            }
            let bar = Verdict.Bar(
                repeats: plan.slots * rounds,
                recovery: .seconds(plan.lease + 5),
                exits: rounds
            )
            return (verdict, bar)
        }
    }

    private static func limit(_ member: Fleet.Member, to count: String) async throws {
        let output = try await ChildProcess.run("prlimit", ["--pid", "\(member.processID)", "--nofile=\(count):"])
        // It may have ended just now.
        try #require(output.isSuccess || !member.process.isRunning, "\(output.standardError)")
    }
}

#if os(Linux)
extension Faults {
    @Test func `T37 Few descriptors are enough, also when strangers ask for many`() async throws {
        try await Descriptors.few(rounds: FaultTier.pick(ci: 1, nightly: 8, release: 20))
    }

    @Test func `T37 A worker without descriptors loses nothing`() async throws {
        try await Descriptors.none(
            rounds: FaultTier.pick(ci: 1, nightly: 1, release: 10),
            seconds: FaultTier.pick(ci: 4, nightly: 45, release: 60)
        )
    }
}
#endif
