import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// Chains whose workers are killed between and within their steps.
enum ChainKills {
    struct Size: Sendable {
        var chains: Int
        var steps: Int
        var kills: Int

        static let current = FaultTier.pick(
            ci: Size(chains: 60, steps: 20, kills: 12),
            nightly: Size(chains: 500, steps: 20, kills: 60),
            release: Size(chains: 500, steps: 20, kills: 200)
        )
    }

    static func run(_ size: Size) async throws {
        let plan = Fleet.Plan()
        let total = size.chains * size.steps
        try await Arena.run("T29", "\(size.kills) × kill -9 under chains of \(size.steps)") { arena in
            var random = arena.random
            // What a step is called in the effect file, and the same for its accepted end.
            let sent = (0..<size.chains).flatMap { chain in (0..<size.steps).map { "c\(chain).\($0)" } }
            for chain in 0..<size.chains { try await Self.send("c\(chain)", steps: size.steps, arena) }
            let (violations, exits) = try await Fleet.with(plan, arena) { fleet in
                var violations: [String] = []
                for kill in 0..<size.kills {
                    try await arena.waitUntilDone(total * kill / (size.kills + 1))
                    let victim = try await fleet.busyMember(using: &random)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0..<30, using: &random)))
                    fleet.kill9(victim)
                    violations += try await Audit(of: arena.server).violations
                }
                try await arena.drain(sent)
                return violations
            }
            let verdict = try await arena.verdict(sent, exits: exits, violations: violations)
            return (verdict, .init(repeats: plan.slots * size.kills, recovery: .seconds(plan.lease + 5)))
        }
    }

    private static func send(_ name: String, steps: Int, _ arena: Arena) async throws {
        func step(_ index: Int) -> SignatureNode {
            // The receipt follows each step beside the next step: who counts one counts the other.
            SignatureNode(
                .task("fault.step"),
                args: index == 0 ? [0, .string(name)] : [.string(name)],
                options: [
                    "queue": "work", "task_id": .string("\(name).\(index)"), "link": .array([Arena.receipt.json]),
                ]
            )
        }
        try await arena.app.signature(SignatureNode(.chain((0..<steps).map(step)))).delay()
    }
}

extension Faults {
    @Test func `T29 No chain loses a step or takes one twice`() async throws {
        try await ChainKills.run(.current)
    }
}
