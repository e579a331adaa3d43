import TestSupport
import Testing

/// Celery's workers and ours on one queue, of which ours are killed.
enum MixedFleets {
    /// T42.
    static func run(kills: Int) async throws {
        let ours = Fleet.Plan(lanes: 2)
        let theirs = Fleet.Plan(program: .celery(.late), lanes: 1, slots: 2, visibility: 3_600)
        try await Arena.run("T42", "\(kills) × kill -9 of ours beside Celery's workers") { arena in
            let (verdict, exits) = try await Fleet.with(theirs, arena) { _ in
                let load = Load(kills * 60, faults: kills, seconds: 0...0.04)
                return try await arena.underLoad(ours, load) { _, fleet, random in
                    let victim = try await fleet.busyMember(using: &random)
                    try await Task.sleep(for: .random(in: 0...0.2, using: &random))
                    fleet.kill9(victim)
                }
            }
            // The counters of a message that came back and that Celery took are removed by the next tick of ours.
            _ = try await Fleet.with(.init(lanes: 1), arena) { _ in
                try await eventually("nothing is left", timeout: .seconds(10)) {
                    // Celery's answer to a worker that was killed before it read it: Celery lets those lie, `fsck` removes them.
                    try await Audit.residue(of: arena.server).allSatisfy { $0.hasSuffix(".reply.celery.pidbox") }
                }
            }
            var judged = verdict
            judged.residue = []
            judged.exits += exits
            return (judged, .init(repeats: ours.slots * kills, recovery: .seconds(ours.lease + 5)))
        }
    }
}

extension Faults {
    @Test func `T42 What ours have claimed in a mixed fleet is not lost with them`() async throws {
        try await MixedFleets.run(kills: FaultTier.pick(ci: 6, nightly: 60, release: 200))
    }
}
