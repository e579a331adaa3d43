import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Tasks that are not due yet, in the hands of a fleet to which things happen.
enum DelayedTasks {
    struct Size: Sendable {
        /// How many tasks become due in each of two phases.
        var tasks: Int
        /// How long each phase is, in seconds.
        var seconds: Double
        /// Kills of workers in the second phase; one of Redis comes on top.
        var kills: Int

        static let current = FaultTier.pick(
            ci: Size(tasks: 800, seconds: 5, kills: 6),
            nightly: Size(tasks: 20_000, seconds: 60, kills: 60),
            release: Size(tasks: 200_000, seconds: 900, kills: 500)
        )
    }

    /// T16 and T17: first undisturbed, for punctuality; then with kills in the midst of what becomes due.
    static func run(_ size: Size) async throws {
        let plan = Fleet.Plan()
        let faults =
            "\(size.kills) × kill -9 and one of Redis while \(size.tasks) of \(2 * size.tasks) ETA tasks become due"
        try await Arena.run("T16", faults, RedisServerOptions(isPersistent: true)) { arena in
            var random = arena.random
            let (violations, exits) = try await Fleet.with(plan, arena) { fleet in
                let start = Date.now.addingTimeInterval(2 + Double(size.tasks) / 4_000)
                let dueTimes = try await Self.send("a", size, from: start, arena, &random)
                _ = try await Self.send("b", size, from: start.addingTimeInterval(size.seconds), arena, &random)
                try await arena.waitUntilDone(size.tasks, timeout: .seconds(size.seconds * 2 + 120))
                try Self.checkPunctuality(arena, dueTimes)
                var violations: [String] = []
                for kill in 0..<size.kills {
                    try await arena.waitUntilDone(size.tasks + size.tasks * kill / (size.kills + 1))
                    fleet.kill9(try await fleet.busyMember(using: &random))
                    if kill == size.kills / 2 {
                        try await arena.server.crash()
                        try await arena.server.restart()
                        arena.faults.note(.outage)
                    }
                    violations += try await Audit(of: arena.server).violations
                }
                try await arena.drain(Self.names(size))
                return violations
            }
            let verdict = try await arena.verdict(Self.names(size), exits: exits, violations: violations)
            return (verdict, .init(repeats: plan.slots * (size.kills + plan.lanes)))
        }
    }

    private static func names(_ size: Size) -> [String] {
        ["a", "b"].flatMap { prefix in (0..<size.tasks).map { "\(prefix)\($0)" } }
    }

    private static func send(
        _ prefix: String,
        _ size: Size,
        from start: Date,
        _ arena: Arena,
        _ random: inout SeededGenerator
    ) async throws -> [String: Date] {
        var dueTimes: [String: Date] = [:]
        let calls = (0..<size.tasks).map { index in
            let (name, due) = (
                "\(prefix)\(index)", start.addingTimeInterval(.random(in: 0..<size.seconds, using: &random))
            )
            dueTimes[name] = due
            return TaskCall(
                "fault.effect",
                TaskArguments([.string(name), .double(.random(in: 0...0.02, using: &random))]),
                options: TaskOptions(eta: due, queue: "work", taskID: name, link: [Arena.receipt])
            )
        }
        for first in stride(from: 0, to: calls.count, by: 500) {
            try await arena.app.send(Array(calls[first..<min(first + 500, calls.count)]))
        }
        return dueTimes
    }

    /// None too early, and 99 of 100 at most 1.5 s late where that is measured.
    private static func checkPunctuality(_ arena: Arena, _ dueTimes: [String: Date]) throws {
        let delays = arena.effects.effects.filter { $0.kind == .start }.compactMap { effect in
            dueTimes[effect.name].map { due in
                Duration.seconds(Double(effect.time.microseconds) / 1e6 - due.timeIntervalSince1970)
            }
        }
        let (earliest, latest) = try #require(
            delays.min().flatMap { least in delays.quantile(0.99).map { (least, $0) } }
        )
        // Redis compares whole milliseconds.
        #expect(earliest >= .milliseconds(-1), "a task ran \(earliest) too early")
        #expect(latest <= .milliseconds(1500) * FaultTier.patience, "one in a hundred is more than \(latest) late")
    }
}

extension Faults {
    @Test func `T16 T17 Delayed tasks are punctual, and run once although workers and Redis die`() async throws {
        try await DelayedTasks.run(.current)
    }
}
