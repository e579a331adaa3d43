import CeleryProtocol
import TestSupport
import Testing

/// Workers that reach Redis through a network with faults.
enum Networks {
    /// Like ``Arena/underLoad(_:_:also:harm:)``, with every worker behind a proxy of its own.
    static func run(
        _ arena: Arena,
        _ plan: Fleet.Plan,
        _ load: Load,
        also: () -> [String] = { [] },
        harm: (Int, [FaultProxy], Fleet, inout SeededGenerator) async throws -> Void
    ) async throws -> Verdict {
        try await FaultProxy.with(plan.lanes, to: arena.server) { proxies in
            var plan = plan
            plan.urls = proxies.map(\.url)
            return try await arena.underLoad(plan, load, also: also) { portion, fleet, random in
                try await harm(portion, proxies, fleet, &random)
            }
        }
    }
}

// MARK: - T10

extension Networks {
    private struct Cuts {
        var count: Int
        var seconds: ClosedRange<Double>

        static let current = FaultTier.pick(
            ci: Cuts(count: 3, seconds: 0.1...2.5),
            nightly: Cuts(count: 24, seconds: 0.1...10),
            release: Cuts(count: 200, seconds: 0.1...14)
        )
    }

    static func cut() async throws {
        let cuts = Cuts.current
        // Twice the longest cut, so that nobody may lose a lease, and a little more for finding out.
        let plan = Fleet.Plan(lease: Int(cuts.seconds.upperBound * 2) + 2)
        try await Arena.run("T10", "\(cuts.count) × the network is gone for up to \(cuts.seconds.upperBound) s") {
            arena in
            let load = Load(150 * cuts.count, faults: cuts.count, seconds: 0...0.1)
            let verdict = try await Self.run(arena, plan, load) { portion, proxies, _, random in
                let length = Duration.random(in: cuts.seconds, using: &random)
                // By turns: connections break and cannot be made, or nothing comes through and then everything does.
                let breaks = portion.isMultiple(of: 2)
                for proxy in proxies {
                    proxy.links.change { if breaks { $0.refuses = true } else { $0.isStalled = true } }
                    if breaks { await proxy.links.cut() }
                }
                try await Task.sleep(for: length)
                for proxy in proxies { proxy.links.change { ($0.refuses, $0.isStalled) = (false, false) } }
                arena.faults.note(.outage)
            }
            return (verdict, .init(repeats: 0, recovery: .seconds(5)))
        }
    }
}

// MARK: - T11

extension Networks {
    /// Whose bytes vanish, one kind of connection after the other, and all of them at once.
    private static let halves: [Set<ConnectionKind>] =
        [[.commands], [.leases], [.doorbell], Set(ConnectionKind.allCases)]

    static func halfOpen() async throws {
        let rounds = FaultTier.pick(ci: 1, nightly: 6, release: 20)
        let plan = Fleet.Plan(lanes: Self.halves.count, lease: 15)
        let faults = "\(rounds) × half-open, each kind of connection and all"
        try await Arena.run("T11", faults) { arena in
            var found: [Duration] = []
            var number = 0
            let load = Load(20 * rounds, faults: rounds, seconds: 0.1...0.5)
            let verdict = try await Self.run(arena, plan, load, also: { (0..<number).map { "x\($0)" } }) {
                _,
                proxies,
                fleet,
                random in
                func feed(while condition: () -> Bool) async throws {
                    let began = ContinuousClock.now
                    while condition(), ContinuousClock.now - began < .seconds(60) {
                        // A queue that grows would show how long it is, and not when a worker takes from it again.
                        if Int(try await arena.server.cli("LLEN", "work")) ?? 0 < 16 {
                            number += try await arena.send(8, from: number, "x", seconds: 0.1...0.5, using: &random)
                                .count
                        }
                        try await Task.sleep(for: .milliseconds(100))
                    }
                }
                // A connection shows what it is for when it is used: that of the leases after a third of a lease.
                let kinds: Set<ConnectionKind> = [.commands, .leases, .doorbell]
                try await feed { !proxies.allSatisfy { $0.links.kinds.isSuperset(of: kinds) } }
                let began = ContinuousClock.now
                for (proxy, kinds) in zip(proxies, Self.halves) { proxy.links.kill(kinds) }
                // What was taken before the fault may start after it; what is sent from now on shows that a worker takes.
                let before = number
                var silent = fleet.members
                try await feed {
                    let fresh = arena.effects.effects.filter {
                        $0.kind == .start && $0.name.hasPrefix("x")
                            && Int($0.name.dropFirst()).map { $0 >= before } == true
                    }
                    for member in silent where fresh.contains(where: { $0.belongs(to: member.processID) }) {
                        found.append(ContinuousClock.now - began)
                        silent.removeAll { $0.lane == member.lane }
                    }
                    return !silent.isEmpty
                }
                #expect(silent.isEmpty, "workers \(silent.map(\.lane)) do not work again")
            }
            var judged = verdict
            judged.recoveries = found
            return (judged, .init(repeats: 0, recovery: .seconds(15)))
        }
    }
}

extension Networks {
    /// All connections of an idle fleet go silent, and then there is work.
    static func silence(_ program: FleetProgram = .taskBroker) async throws {
        var plan = Fleet.Plan(program: program, lanes: 3, slots: 2, lease: 15)
        try await Arena.run("T11", "all connections of an idle fleet half-open, then 20 tasks", program: program) {
            arena in
            try await FaultProxy.with(plan.lanes, to: arena.server) { proxies in
                plan.urls = proxies.map(\.url)
                var random = arena.random
                var sent: [String] = []
                let (_, exits) = try await Fleet.with(plan, arena) { _ in
                    sent += try await arena.send(30, seconds: 0...0.05, using: &random)
                    try await arena.drain(sent)
                    try await Task.sleep(for: .seconds(1))
                    for proxy in proxies { proxy.links.killAll() }
                    sent += try await arena.send(20, from: sent.count, seconds: 0...0.05, using: &random)
                    arena.faults.note(.outage)
                    try await arena.drain(sent, patience: program.patience)
                }
                return (try await arena.verdict(sent, exits: exits), .init(repeats: 0, recovery: .seconds(15)))
            }
        }
    }
}

// MARK: - T12

extension Networks {
    /// A slow, uneven network that hands on a few bytes at a time and sometimes stands still, and a Redis that sleeps.
    static func slow(rounds: Int) async throws {
        let plan = Fleet.Plan(lease: 10)
        try await Arena.run("T12", "\(rounds) × latency to 100 ms, crumbs of 7 bytes, stalls of 1 s, DEBUG SLEEP 2") {
            arena in
            let load = Load(rounds * 150, faults: rounds, seconds: 0...0.1)
            let verdict = try await Self.run(arena, plan, load) { portion, proxies, _, _ in
                func change(_ change: (inout ProxyConditions) -> Void) {
                    for proxy in proxies { proxy.links.change(change) }
                }
                switch portion % 4 {
                case 0: change { $0.delay = 1...100 }
                case 1: change { ($0.delay, $0.chunk, $0.chunkPause) = (0...5, 7, 20) }
                case 2:
                    change { $0.isStalled = true }
                    try await Task.sleep(for: .seconds(1))
                    change { $0 = ProxyConditions() }
                default: _ = try await arena.server.cli("DEBUG", "SLEEP", "2")
                }
                arena.faults.note(.outage)
            }
            return (verdict, .init(repeats: 0, recovery: .seconds(5)))
        }
    }

    /// How many tasks a second go through a network with a round trip of 100 ms, and how many could.
    static func throughput() async throws {
        let (tasks, milliseconds) = (800, 50)
        var plan = Fleet.Plan(lanes: 2, slots: 8, lease: 10)
        try await Arena.run("T12", "a round trip of \(2 * milliseconds) ms") { arena in
            try await FaultProxy.with(plan.lanes, to: arena.server) { proxies in
                plan.urls = proxies.map(\.url)
                for proxy in proxies { proxy.links.change { $0.delay = milliseconds...milliseconds } }
                var random = arena.random
                let sent = try await arena.send(tasks, seconds: 0...0, using: &random)
                let (_, exits) = try await Fleet.with(plan, arena) { _ in try await arena.drain(sent) }
                let verdict = try await arena.verdict(sent, exits: exits)
                let starts = arena.effects.effects.filter { $0.kind == .start }.map(\.time)
                let (first, last) = try #require(starts.min().flatMap { first in starts.max().map { (first, $0) } })
                // One round trip settles a task and claims the next; in CI, the tasks themselves take longer, too.
                let bound = Double(plan.lanes * plan.slots) / (Double(2 * milliseconds) / 1000)
                let rate = Double(tasks) / (last.duration(since: first) / .seconds(1))
                #expect(
                    rate >= bound * FaultTier.pick(ci: 0.6, nightly: 0.8, release: 0.8),
                    "\(rate) tasks a second of \(bound)"
                )
                return (verdict, .init(repeats: 0))
            }
        }
    }
}

extension Faults {
    @Test func `T10 A network that is gone for less than half a lease repeats nothing`() async throws {
        try await Networks.cut()
    }

    @Test func `T11 Connections whose other end is silent are found and replaced`() async throws {
        try await Networks.halfOpen()
    }

    @Test func `T11 An idle fleet whose connections are silent finds out`() async throws {
        try await Networks.silence()
    }

    @Test func `T12 A slow network repeats nothing`() async throws {
        try await Networks.slow(rounds: FaultTier.pick(ci: 4, nightly: 40, release: 200))
    }

    @Test func `T12 A long way costs one round trip a task and slot`() async throws {
        try await Networks.throughput()
    }
}
