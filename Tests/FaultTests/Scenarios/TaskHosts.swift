import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The processes that run tasks: what becomes of them without their supervisor, and when a task does not end.
enum TaskHosts {
    /// T22: nobody must go on with a task that somebody else will be given.
    static func orphans(kills: Int) async throws {
        let plan = Fleet.Plan()
        try await Arena.run("T22", "\(kills) × kill -9 of a supervisor whose hosts are busy") { arena in
            var survivals: [Duration] = []
            let load = Load(kills * 40, faults: kills, seconds: 0.1...0.5)
            let verdict = try await arena.underLoad(plan, load) { _, fleet, random in
                let victim = try await fleet.busyMember(using: &random)
                let list = try await ChildProcess.run("pgrep", ["-P", "\(victim.processID)"]).standardOutput
                let hosts = list.split(separator: "\n").compactMap { Int32($0) }
                try #require(!hosts.isEmpty, "it has no hosts")
                fleet.kill9(victim)
                let killed = ContinuousClock.now
                try await eventually("its hosts have ended", timeout: .seconds(30)) {
                    hosts.allSatisfy(Self.hasEnded)
                }
                survivals.append(ContinuousClock.now - killed)
            }
            let longest = try #require(survivals.max())
            #expect(longest <= .seconds(1) * FaultTier.patience, "a host has outlived its supervisor by \(longest)")
            return (verdict, .init(repeats: plan.slots * kills, recovery: .seconds(plan.lease + 5)))
        }
    }

    /// Whether a process has ended; one that whoever adopts orphans has not buried yet has.
    private static func hasEnded(_ process: Int32) -> Bool {
        kill(process, 0) != 0 || TextFile.contents(of: "/proc/\(process)/stat").contains(") Z ")
    }

    /// T26: tasks that sleep, compute or block for a minute and may take a second.
    static func overtime(rounds: Int) async throws {
        let plan = Fleet.Plan(lanes: 2, slots: 2)
        let limit = Duration.seconds(1)
        let tasks = ["fault.effect", "fault.burn", "fault.block"]
        try await Arena.run("T26", "\(rounds) × tasks of a minute with a limit of a second: sleep, compute, block") {
            arena in
            var random = arena.random
            let late = (0..<rounds).flatMap { round in tasks.map { (name: "\($0).\(round)", task: $0) } }
            let (good, exits) = try await Fleet.with(plan, arena) { _ in
                for (name, task) in late {
                    let options = TaskOptions(queue: "work", timeLimit: limit, taskID: name)
                    try await arena.app.send([TaskCall(task, TaskArguments([.string(name), 60]), options: options)])
                }
                // Behind them: they need the slots.
                let good = try await arena.send(rounds * 4, seconds: 0...0.05, using: &random)
                try await arena.drain(good)
                return good
            }
            var verdict = try await arena.verdict(good, exits: exits)
            for (name, _) in late {
                let info = try await arena.app.result(for: name).info
                guard let info, info.exception?.type == "TimeLimitExceeded", let ended = info.dateDone,
                    let started = arena.effects.lastTime(of: .start, name)
                else {
                    verdict.lost.append(name)
                    continue
                }
                verdict.recoveries.append(ended.duration(since: started) - limit)
            }
            verdict.tasks += late.count
            // What runs beside a task that is killed is killed with it, and runs again.
            return (verdict, .init(repeats: plan.lanes * plan.slots * late.count, recovery: .milliseconds(250)))
        }
    }
}

extension Faults {
    @Test(.enabled(if: FaultTier.current != .ci, "the kills of T01, with a closer look"))
    func `T22 No host outlives its supervisor by more than a second`() async throws {
        try await TaskHosts.orphans(kills: FaultTier.pick(ci: 4, nightly: 24, release: 200))
    }

    @Test(.enabled(if: FaultTier.current != .ci, "each late task takes its second"))
    func `T26 A task that does not end is killed in time, and its slot is free`() async throws {
        try await TaskHosts.overtime(rounds: FaultTier.pick(ci: 2, nightly: 20, release: 60))
    }
}
