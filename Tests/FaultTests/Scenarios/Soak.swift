import TestSupport
import Testing

/// Everything that can go wrong, now and then, for a long time, and one worker that lives through it.
enum Soak {
    /// What a process holds.
    private struct Holdings {
        var kibibytes: Int
        var descriptors: Int

        init(of process: Int32) async throws {
            let status = TextFile.contents(of: "/proc/\(process)/status")
            self.kibibytes = status.firstMatch(of: /VmRSS:\s+([0-9]+) kB/).flatMap { Int($0.1) } ?? 0
            let list = try await ChildProcess.run("ls", ["/proc/\(process)/fd"]).standardOutput
            self.descriptors = list.split(separator: "\n").count
        }
    }

    /// T41.
    static func run(minutes: Int) async throws {
        var plan = Fleet.Plan(lanes: 4, lease: 4)
        let options = RedisServerOptions(isPersistent: true, arguments: ["--appendfsync", "everysec"])
        try await Arena.run("T41", "\(minutes) min of all faults at a low rate", options) { arena in
            try await FaultProxy.with(plan.lanes, to: arena.server) { proxies in
                plan.urls = proxies.map(\.url)
                var random = arena.random
                var sent: [String] = []
                var holdings: [Holdings] = []
                let (violations, exits) = try await Fleet.with(plan, arena) { fleet in
                    let survivor = try #require(fleet.members.first { $0.lane == 0 }).processID
                    let (began, warmUp) = (ContinuousClock.now, Duration.seconds(minutes * 60 / 4))
                    var violations: [String] = []
                    while ContinuousClock.now - began < .seconds(minutes * 60) {
                        sent += try await arena.send(120, from: sent.count, seconds: 0...0.1, using: &random)
                        try await Self.harm(fleet, proxies, arena, &random)
                        try await arena.waitUntilDone(sent.count - 120)
                        violations += try await Audit(of: arena.server).violations
                        if ContinuousClock.now - began > warmUp { holdings.append(try await Holdings(of: survivor)) }
                    }
                    try await arena.drain(sent)
                    return violations
                }
                let (first, last) = try #require(holdings.first.flatMap { first in holdings.last.map { (first, $0) } })
                let growth = last.kibibytes - first.kibibytes
                #expect(growth < 1024 + 1024 * minutes / 45, "the worker has grown by \(growth) KiB")
                #expect(
                    last.descriptors <= first.descriptors + 4,
                    "\(first.descriptors) files, then \(last.descriptors)"
                )
                let verdict = try await arena.verdict(sent, exits: exits, violations: violations)
                return (verdict, .init(repeats: sent.count / 20))
            }
        }
    }

    private static func harm(
        _ fleet: Fleet,
        _ proxies: [FaultProxy],
        _ arena: Arena,
        _ random: inout SeededGenerator
    ) async throws {
        // The worker of the first lane has to survive everything that is not done to its process.
        let victims = fleet.members.filter { $0.lane > 0 && $0.process.isRunning }
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3:
            if let victim = victims.randomElement(using: &random) { fleet.kill9(victim) }
        case 3:
            if let victim = victims.randomElement(using: &random) { try await fleet.freeze(victim, for: .seconds(6)) }
        case 4:
            try await arena.server.crash()
            try await Task.sleep(for: .random(in: 0...2, using: &random))
            try await arena.server.restart()
            arena.faults.note(.outage)
        case 5:
            for proxy in proxies { proxy.links.change { $0.isStalled = true } }
            try await Task.sleep(for: .random(in: 0...1.5, using: &random))
            for proxy in proxies { proxy.links.change { $0.isStalled = false } }
            arena.faults.note(.other)
        case 6:
            proxies.randomElement(using: &random)?.links.killAll()
            arena.faults.note(.other)
        default:
            try await Task.sleep(for: .random(in: 0...3, using: &random))
        }
    }
}

extension Faults {
    @Test(.enabled(if: FaultTier.current != .ci, "takes minutes"))
    func `T41 Nothing grows in a worker that lives through everything`() async throws {
        try await Soak.run(minutes: FaultTier.pick(ci: 1, nightly: 5, release: 40))
    }
}
