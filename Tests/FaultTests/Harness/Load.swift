import TestSupport

/// Tasks that are sent in portions, each of which is followed by a fault in the midst of it.
struct Load: Sendable {
    /// How many portions, and so how many faults.
    var portions: Int
    /// How many tasks each has.
    var count: Int
    /// How long they take.
    var seconds: ClosedRange<Double>

    /// Creates a load of about `tasks` tasks.
    init(_ tasks: Int, faults: Int, seconds: ClosedRange<Double>) {
        self.portions = faults
        self.count = max(1, tasks / faults)
        self.seconds = seconds
    }
}

extension Arena {
    /// Runs a fleet under load, and judges it when everything is done.
    ///
    /// - Parameters:
    ///   - plan: The fleet.
    ///   - load: What it has to do.
    ///   - also: The names of tasks that `harm` has sent.
    ///   - harm: Does something after each portion was sent and has begun to be done; its first argument is the number of the
    ///     portion.
    func underLoad(
        _ plan: Fleet.Plan,
        _ load: Load,
        also: () -> [String] = { [] },
        harm: (Int, Fleet, inout SeededGenerator) async throws -> Void
    ) async throws -> Verdict {
        var random = self.random
        var sent: [String] = []
        let (violations, exits) = try await Fleet.with(plan, self) { fleet in
            var violations: [String] = []
            for portion in 0..<load.portions {
                sent += try await self.send(load.count, from: sent.count, seconds: load.seconds, using: &random)
                try await self.waitUntilDone(sent.count - load.count + 1)
                try await harm(portion, fleet, &random)
                if plan.program.isOurs { violations += try await Audit(of: self.server).violations }
            }
            sent += also()
            try await self.drain(sent, patience: plan.program.patience)
            return violations
        }
        return try await self.verdict(sent, exits: exits, violations: violations)
    }
}

extension Duration {
    /// A random time.
    static func random(in seconds: ClosedRange<Double>, using random: inout SeededGenerator) -> Duration {
        .seconds(Double.random(in: seconds, using: &random))
    }
}
