import TestSupport
import Testing

/// Workers that are stopped for longer than their lease and come back: zombies that settle what belongs to others.
enum SupervisorPauses {
    struct Size: Sendable {
        var tasks: Int
        var pauses: Int

        static let current = FaultTier.pick(
            ci: Size(tasks: 200, pauses: 10),
            nightly: Size(tasks: 1_200, pauses: 60),
            release: Size(tasks: 6_000, pauses: 300)
        )
    }

    static func run(_ size: Size) async throws {
        // Who comes back settles what it had: a worker that stops its tasks by itself would not put the fence to the test.
        let plan = Fleet.Plan(slots: 8, lease: 1, finishesLate: true)
        try await Arena.run("T04", "\(size.pauses) × kill -STOP for 1.2 to 3 leases") { arena in
            var random = arena.random
            // As long as a pause: a zombie comes back while its successor is at work.
            let sent = try await arena.send(size.tasks, seconds: 0.5...2.5, using: &random)
            let (violations, exits) = try await Fleet.with(plan, arena) { fleet in
                try await arena.waitUntilDone(1)
                // Half of the workers are in trouble at a time, so that the others take over what they had.
                let violations = try await withThrowingTaskGroup(of: [String].self) { group in
                    for half in 0..<2 {
                        let pauses = (0..<size.pauses / 2).map { _ in
                            (
                                lane: half * 2 + Int.random(in: 0..<2, using: &random),
                                length: Double.random(in: 1.2...3, using: &random)
                            )
                        }
                        group.addTask {
                            var violations: [String] = []
                            for pause in pauses {
                                guard let member = fleet.members.first(where: { $0.lane == pause.lane }) else {
                                    continue
                                }
                                try await fleet.freeze(member, for: .seconds(pause.length * Double(plan.lease)))
                                // Once it has renewed, while it still runs what it has lost: no lease may be back.
                                try await Task.sleep(for: .seconds(plan.lease) / 2)
                                violations += try await Audit(of: arena.server).violations
                            }
                            return violations
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                try await arena.drain(sent)
                return violations
            }
            let verdict = try await arena.verdict(sent, exits: exits, violations: violations)
            // A second end of a task is a late one: without any, the fence was not put to the test.
            #expect(verdict.repeatedEnds > 0, "no outcome came late; the run shows nothing")
            return (verdict, .init(repeats: plan.slots * size.pauses, recovery: .seconds(plan.lease + 5)))
        }
    }
}

extension Faults {
    @Test func `T04 What zombies settle is refused, and their successors' results stay`() async throws {
        try await SupervisorPauses.run(.current)
    }
}
