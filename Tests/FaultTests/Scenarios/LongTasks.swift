import TestSupport
import Testing

/// Tasks that take many times as long as their lease, or Celery's visibility timeout.
enum LongTasks {
    struct Size: Sendable {
        var tasks: Int
        var lease: Int
        var seconds: Double

        static let current = FaultTier.pick(
            ci: Size(tasks: 8, lease: 1, seconds: 8),
            nightly: Size(tasks: 16, lease: 2, seconds: 60),
            release: Size(tasks: 64, lease: 2, seconds: 60)
        )
    }

    static func run(_ size: Size, _ program: FleetProgram = .taskBroker) async throws {
        let plan = Fleet.Plan(program: program, lanes: 2, slots: max(4, size.tasks / 2), lease: size.lease)
        let faults = "tasks of \(Int(size.seconds)) s, lease \(size.lease) s"
        try await Arena.run("T03", faults, program: program) { arena in
            var random = arena.random
            let sent = try await arena.send(size.tasks, seconds: size.seconds...size.seconds, using: &random)
            let (_, exits) = try await Fleet.with(plan, arena) { _ in
                try await arena.drain(sent, patience: .seconds(size.seconds + 45))
            }
            return (try await arena.verdict(sent, exits: exits), .init(repeats: 0))
        }
    }
}

extension Faults {
    @Test func `T03 A task of many leases runs once`() async throws {
        try await LongTasks.run(.current)
    }
}
