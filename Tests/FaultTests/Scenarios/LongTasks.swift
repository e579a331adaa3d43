import TestSupport
import Testing

/// Tasks that take many times as long as their lease, or Celery's visibility timeout.
enum LongTasks {
    struct Size: Sendable {
        var tasks: Int
        var lease: Int
        var seconds: Double

        static let current = FaultTier.pick(
            ci: Size(tasks: 8, lease: 1, seconds: 4),
            nightly: Size(tasks: 16, lease: 2, seconds: 60),
            release: Size(tasks: 64, lease: 2, seconds: 60)
        )
    }

    static func run(_ size: Size, _ program: FleetProgram = .taskBroker) async throws {
        var plan = Fleet.Plan(program: program, lanes: 2, slots: max(4, size.tasks / 2), lease: size.lease)
        plan.visibility = size.lease
        let faults = "tasks of \(Int(size.seconds)) s, lease or visibility timeout of \(size.lease) s"
        try await Arena.run("T03", faults, program: program) { arena in
            var random = arena.random
            let sent = try await arena.send(size.tasks, seconds: size.seconds...size.seconds, using: &random)
            let (_, exits) = try await Fleet.with(plan, arena) { _ in
                try await arena.drain(sent, patience: .seconds(size.seconds) + program.patience)
            }
            return (try await arena.verdict(sent, exits: exits), .init(repeats: 0))
        }
    }
}

extension LongTasks {
    /// Tasks that are due long after the lease, or Celery's visibility timeout, of whoever has them in hand.
    static func delayed(_ size: Size, _ program: FleetProgram = .taskBroker) async throws {
        var plan = Fleet.Plan(program: program, lanes: 2, lease: size.lease)
        plan.visibility = size.lease
        let faults = "countdown of \(Int(size.seconds)) s, lease or visibility timeout of \(size.lease) s"
        try await Arena.run("T16", faults, program: program) { arena in
            var random = arena.random
            let names = (0..<size.tasks).map { "eta\($0)" }
            let (_, exits) = try await Fleet.with(plan, arena) { _ in
                _ = try await arena.send(
                    size.tasks,
                    "eta",
                    seconds: 0.1...0.1,
                    countdown: size.seconds...size.seconds,
                    using: &random
                )
                try await arena.drain(names, patience: .seconds(size.seconds) + program.patience)
            }
            return (try await arena.verdict(names, exits: exits), .init(repeats: 0))
        }
    }
}

extension Faults {
    @Test func `T03 A task of many leases runs once`() async throws {
        try await LongTasks.run(.current)
    }

    @Test func `T16 A task that is due in many leases runs once`() async throws {
        try await LongTasks.delayed(.current)
    }
}
