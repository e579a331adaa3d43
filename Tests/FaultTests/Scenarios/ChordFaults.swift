import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// Chords whose members meet everything that can happen to them.
enum ChordFaults {
    struct Size: Sendable {
        var chords: Int
        var members: Int
        /// Of each kind: kills of workers, pauses of workers, kills of Redis.
        var faults: Int

        static let current = FaultTier.pick(
            ci: Size(chords: 40, members: 20, faults: 3),
            nightly: Size(chords: 300, members: 20, faults: 15),
            release: Size(chords: 1_000, members: 20, faults: 40)
        )
    }

    static func run(_ size: Size) async throws {
        let plan = Fleet.Plan()
        let faults = "\(size.faults) × each: kill -9, kill -STOP, kill -9 of Redis, under chords of \(size.members)"
        try await Arena.run("T30", faults, RedisServerOptions(isPersistent: true)) { arena in
            var random = arena.random
            let (_, exits) = try await Fleet.with(plan, arena) { fleet in
                let count = 3 * size.faults
                for fault in 0..<count {
                    // Each fault meets chords of its own: all at once would have been done before the last one.
                    for chord in size.chords * fault / count..<size.chords * (fault + 1) / count {
                        try await Self.send(chord, size, arena, &random)
                    }
                    try await Self.harm(fault, fleet, arena, &random)
                }
                // Nobody takes bodies as long as there are faults: every one that is sent will be there.
                try await eventually("all bodies are sent", timeout: .seconds(90)) {
                    try await arena.server.cli("LLEN", "bodies") == "\(size.chords)"
                }
            }
            var calm = plan
            (calm.queues, calm.lanes) = (["bodies", "work"], 1)
            let bodies = (0..<size.chords).map { "b\($0)" }
            let members = (0..<size.chords).flatMap { chord in (0..<size.members).map { "m\(chord).\($0)" } }
            let (_, late) = try await Fleet.with(calm, arena) { _ in try await arena.drain(bodies + members) }
            let verdict = try await arena.verdict(bodies + members, exits: exits + late)
            let starts = arena.effects.effects.filter { $0.kind == .start && $0.name.hasPrefix("b") }
            #expect(starts.count == size.chords, "each body runs once")
            let inFlight = plan.slots * size.faults
            return (verdict, .init(repeats: 2 * inFlight + plan.lanes * inFlight))
        }
    }

    private static func harm(
        _ fault: Int,
        _ fleet: Fleet,
        _ arena: Arena,
        _ random: inout SeededGenerator
    ) async throws {
        switch fault % 3 {
        case 0:
            fleet.kill9(try await fleet.busyMember(using: &random))
        case 1:
            let length = Double.random(in: 1.2...2, using: &random) * Double(fleet.plan.lease)
            try await fleet.freeze(try await fleet.busyMember(using: &random), for: .seconds(length))
        default:
            try await arena.server.crash()
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<1500, using: &random)))
            try await arena.server.restart()
            arena.faults.note(.outage)
        }
    }

    private static func send(_ chord: Int, _ size: Size, _ arena: Arena, _ random: inout SeededGenerator) async throws {
        let members = (0..<size.members).map { place in
            let name = "m\(chord).\(place)"
            return SignatureNode(
                .task("fault.member"),
                args: [.integer(Int64(place)), .string(name), .double(.random(in: 0...0.04, using: &random))],
                options: ["queue": "work", "task_id": .string(name), "link": .array([Arena.receipt.json])]
            )
        }
        let body = SignatureNode(
            .task("fault.body"),
            args: [.string("b\(chord)")],
            options: ["queue": "bodies", "task_id": .string("b\(chord)"), "link": .array([Arena.receipt.json])]
        )
        let node = SignatureNode(.chord(header: SignatureNode(.group(members)), body: body))
        try await arena.app.signature(node).delay()
    }
}

extension Faults {
    @Test func `T30 The body of each chord runs once, with the values in order`() async throws {
        try await ChordFaults.run(.current)
    }
}
