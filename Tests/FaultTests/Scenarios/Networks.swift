import TestSupport
import Testing

/// Workers that reach Redis through a network with faults.
enum Networks {
    /// Sends portions of tasks and does something after each, with every worker behind a proxy of its own.
    ///
    /// - Parameters:
    ///   - arena: Where.
    ///   - plan: Whose workers.
    ///   - portions: How often.
    ///   - count: How many tasks a portion has.
    ///   - seconds: How long they take.
    ///   - harm: What is done.
    ///   - also: The names of further tasks that were sent meanwhile.
    /// - Returns: The verdict when everything is done.
    static func run(
        _ arena: Arena,
        _ plan: Fleet.Plan,
        portions: Int,
        of count: Int,
        seconds: ClosedRange<Double>,
        _ harm: (Int, [FaultProxy], Fleet, inout SeededGenerator) async throws -> Void,
        also: () -> [String] = { [] }
    ) async throws -> Verdict {
        var random = arena.random
        return try await FaultProxy.with(plan.lanes, to: arena.server) { proxies in
            var plan = plan
            plan.urls = proxies.map(\.url)
            var sent: [String] = []
            let (_, exits) = try await Fleet.with(plan, arena) { fleet in
                for portion in 0..<portions {
                    sent += try await arena.send(count, from: sent.count, seconds: seconds, using: &random)
                    try await arena.waitUntilDone(sent.count - count + 1)
                    try await harm(portion, proxies, fleet, &random)
                }
                sent += also()
                try await arena.drain(sent)
            }
            return try await arena.verdict(sent, exits: exits)
        }
    }
}

// MARK: - T10

extension Networks {
    private struct Cuts {
        var count: Int
        var seconds: ClosedRange<Double>

        static let current = FaultTier.pick(
            ci: Cuts(count: 6, seconds: 0.1...2.5),
            nightly: Cuts(count: 40, seconds: 0.1...10),
            release: Cuts(count: 200, seconds: 0.1...14)
        )
    }

    static func cut() async throws {
        let cuts = Cuts.current
        // Twice the longest cut, so that nobody may lose a lease, and a little more for finding out.
        let plan = Fleet.Plan(lease: Int(cuts.seconds.upperBound * 2) + 2)
        try await Arena.run("T10", "\(cuts.count) × the network is gone for up to \(cuts.seconds.upperBound) s") { arena in
            let verdict = try await Self.run(arena, plan, portions: cuts.count, of: 150, seconds: 0...0.1) {
                portion, proxies, _, random in
                let length = Duration.seconds(Double.random(in: cuts.seconds, using: &random))
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
            let verdict = try await Self.run(arena, plan, portions: rounds, of: 20, seconds: 0.1...0.5) {
                _, proxies, fleet, random in
                func feed(while condition: () -> Bool) async throws {
                    let began = ContinuousClock.now
                    while condition(), ContinuousClock.now - began < .seconds(60) {
                        number += try await arena.send(8, from: number, "x", seconds: 0.1...0.5, using: &random).count
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
                        $0.kind == .start && $0.name.hasPrefix("x") && Int($0.name.dropFirst()).map { $0 >= before } == true
                    }
                    for member in silent where fresh.contains(where: { $0.belongs(to: member.processID) }) {
                        found.append(ContinuousClock.now - began)
                        silent.removeAll { $0.lane == member.lane }
                    }
                    return !silent.isEmpty
                }
                #expect(silent.isEmpty, "workers \(silent.map(\.lane)) do not work again")
            } also: {
                (0..<number).map { "x\($0)" }
            }
            var judged = verdict
            judged.recoveries = found
            return (judged, .init(repeats: 0, recovery: .seconds(15)))
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
}
