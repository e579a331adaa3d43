import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Some workers, each a process; one that is killed is replaced at once, as a service manager would.
final class Fleet: Sendable {
    /// A worker that runs.
    struct Member: Sendable {
        let lane: Int
        let process: GuardedProcess
        let processID: Int32

        /// Whoever watches over it.
        var health: HealthClient {
            get throws { try #require(HealthClient(of: self.process), "it does not tell where its health is") }
        }
    }

    /// What all workers of a fleet have in common.
    struct Plan: Sendable {
        var program = FleetProgram.taskBroker
        /// How many workers.
        var lanes = 4
        /// How many tasks each runs at once.
        var slots = 4
        /// The lease in seconds.
        var lease = 2
        /// Whether a task whose lease may be lost goes on, so that its end comes late and has to be refused.
        var finishesLate = false
        /// What Celery has instead, in seconds.
        var visibility = 20
        var queues = ["work"]
        /// Where each worker finds Redis, by its lane; where the arena says by default.
        var urls: [String]?
        /// Where results are kept; with the messages by default.
        var backend: String?
        /// What starts workers, by their lanes, in place of nothing.
        var launchers: [Int: [String]] = [:]
    }

    private struct State {
        var members: [Int: Member] = [:]
        var doomed: Set<Int32> = []
        var exits = 0
        var isEnding = false
    }

    let plan: Plan
    private let arena: Arena
    private let state = Mutex(State())

    private init(_ plan: Plan, _ arena: Arena) {
        self.plan = plan
        self.arena = arena
    }
}

// MARK: - Scope

extension Fleet {
    /// Runs workers while `body` runs, and then tells them to finish.
    ///
    /// - Returns: What `body` returns, and how many workers ended by themselves.
    static func with<Result: Sendable>(
        _ plan: Plan,
        _ arena: Arena,
        _ body: (Fleet) async throws -> Result
    ) async throws -> (result: Result, exits: Int) {
        let fleet = Fleet(plan, arena)
        let result = try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<plan.lanes {
                group.addTask { try await fleet.keep(lane) }
            }
            try await eventually("all workers are ready", timeout: .seconds(90)) {
                let members = fleet.members
                return members.count == plan.lanes && members.allSatisfy { plan.program.isReady($0.process) }
            }
            let result = try await body(fleet)
            fleet.state.withLock { $0.isEnding = true }
            try await group.waitForAll()
            return result
        }
        return (result, fleet.state.withLock { $0.exits })
    }

    /// Keeps one worker alive until the fleet ends.
    private func keep(_ lane: Int) async throws {
        var generation = 0
        while !self.isEnding {
            generation += 1
            try await self.runWorker(lane, "worker-\(lane)-\(generation)")
        }
    }

    private func runWorker(_ lane: Int, _ name: String) async throws {
        let command = try self.plan.program.command(
            node: name,
            queues: self.plan.queues,
            slots: self.plan.slots,
            lease: self.plan.lease,
            finishesLate: self.plan.finishesLate
        )
        let url = self.plan.urls?[lane] ?? self.arena.server.url
        let environment = self.plan.program.environment(
            url: url,
            backend: self.plan.backend,
            effects: self.arena.effects.path,
            visibility: self.plan.visibility
        )
        let words = (self.plan.launchers[lane] ?? []) + [command.program] + command.arguments
        try await GuardedProcess.with(
            name,
            words[0],
            Array(words.dropFirst()),
            environment: environment,
            directory: self.arena.folder
        ) { process in
            let member = try await Member(lane: lane, process: process, processID: process.processID())
            self.state.withLock { $0.members[lane] = member }
            defer { self.state.withLock { $0.members[lane] = nil } }
            try await eventually("\(name) ends", timeout: .seconds(7200)) { !process.isRunning || self.isEnding }
            // Before that it may end as any program does: when it finds no Redis, or is told to end in the middle of its start.
            let isReady = self.plan.program.isReady(process)
            guard process.isRunning else {
                self.state.withLock { state in
                    if state.doomed.remove(member.processID) == nil, isReady { state.exits += 1 }
                }
                return
            }
            // Celery's may never end by themselves, for example with a connection that is silent; the guardian ends them.
            guard self.plan.program.isOurs else { return }
            kill(member.processID, SIGCONT)
            kill(member.processID, SIGTERM)
            let status = try await process.exitStatus(timeout: .seconds(120))
            if status != 0, isReady { self.state.withLock { $0.exits += 1 } }
        }
    }

    private var isEnding: Bool { self.state.withLock { $0.isEnding } }
}

// MARK: - Faults

extension Fleet {
    /// The workers that run now, by their lanes.
    var members: [Member] { self.state.withLock { $0.members.values.sorted { $0.lane < $1.lane } } }

    /// A worker that has begun at least one task, so that what is done to it is done to work.
    func busyMember(using random: inout SeededGenerator) async throws -> Member {
        var choice: Member?
        let draw = random.next()
        try await eventually("a worker is busy", timeout: .seconds(120)) {
            let effects = self.arena.effects.effects
            let busy = self.members.filter { member in
                member.process.isRunning && effects.contains { $0.belongs(to: member.processID) }
            }
            guard !busy.isEmpty else { return false }
            choice = busy[Int(draw % UInt64(busy.count))]
            return true
        }
        return try #require(choice)
    }

    /// Sends a supervisor a signal that it is to end of; it does not count as having ended by itself.
    func end(_ member: Member, with signal: Int32) {
        self.state.withLock { _ = $0.doomed.insert(member.processID) }
        kill(member.processID, signal)
    }

    /// `kill -9` of a supervisor.
    func kill9(_ member: Member) {
        self.arena.faults.note(.killed(member.processID))
        self.end(member, with: SIGKILL)
    }

    /// Freezes a supervisor for a while.
    func freeze(_ member: Member, for duration: Duration) async throws {
        self.arena.faults.note(.paused(member.processID))
        kill(member.processID, SIGSTOP)
        defer { kill(member.processID, SIGCONT) }
        try await Task.sleep(for: duration)
    }
}
