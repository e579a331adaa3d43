import CeleryProtocol
import Logging
import TaskBroker
import TestSupport
import Testing

/// Where one scenario takes place: a Redis, an app that sends to it, the file in which the tasks write what they do.
struct Arena: Sendable {
    /// The scenario's number in reliability.md §4.2.
    let scenario: String
    let server: RedisServer
    /// Says nothing.
    let logger: Logger
    /// The app of the tests, past all proxies.
    let app: TaskApp
    /// The judge.
    let effects: EffectLog
    let faults: FaultLog
    /// Where workers leave what they say; removed after a green run.
    let folder: String

    /// The random numbers of the scenario.
    var random: SeededGenerator { FaultSeed.generator(for: self.scenario) }
}

// MARK: - Scope

extension Arena {
    /// Runs a scenario, judges it, and writes its row of the table.
    ///
    /// - Parameters:
    ///   - scenario: Its number.
    ///   - faults: What is done, in a few words, for the table.
    ///   - program: Whose workers are under test; what Celery loses is written down and fails nothing.
    ///   - options: Of the server.
    ///   - body: What is done; returns what came of it and what must hold.
    static func run(
        _ scenario: String,
        _ faults: String,
        program: FleetProgram = .taskBroker,
        _ options: RedisServerOptions = RedisServerOptions(),
        sourceLocation: SourceLocation = #_sourceLocation,
        body: (Arena) async throws -> (Verdict, Verdict.Bar)
    ) async throws {
        try await RedisServer.with(options) { server in
            let folder = "\(server.directory)/faults"
            try TextFile.createFolder(folder)
            let logger = Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() }
            let app = try Self.makeApp(at: server.url, logger: logger)
            let effects = EffectLog(path: "\(folder)/effects")
            let arena = Arena(
                scenario: scenario,
                server: server,
                logger: logger,
                app: app,
                effects: effects,
                faults: FaultLog(),
                folder: folder
            )
            let began = ContinuousClock.now
            do {
                var (verdict, bar) = try await app.run { _ in try await body(arena) }
                bar.recovery = bar.recovery.map { $0 * FaultTier.patience }
                let duration = ContinuousClock.now - began
                try VerdictReport(
                    scenario: scenario,
                    faults: faults,
                    fleet: program.name,
                    verdict: verdict,
                    duration: duration
                )
                .publish()
                let problems = program.isOurs ? verdict.problems(bar) : []
                guard !problems.isEmpty else { return }
                let evidence = try await arena.keepEvidence()
                for problem in problems {
                    Issue.record("\(scenario): \(problem); \(evidence)", sourceLocation: sourceLocation)
                }
            } catch {
                let evidence = try await arena.keepEvidence()
                Issue.record("\(scenario): \(error); \(evidence)", sourceLocation: sourceLocation)
            }
        }
    }

    /// An app that sends to the queues of the fleets.
    private static func makeApp(
        at url: String,
        queues: [Queue] = ["work", "hot", "cold"],
        logger: Logger
    ) throws -> TaskApp {
        try TaskApp(broker: .redis(url), configuration: TaskAppConfiguration(queues: queues), logger: logger)
    }

    /// Another app, as in another process.
    func makeApp(at url: String, queues: [Queue] = ["work", "hot", "cold"]) throws -> TaskApp {
        try Self.makeApp(at: url, queues: queues, logger: self.logger)
    }

    /// Copies what a red run leaves to where it stays.
    private func keepEvidence() async throws -> String {
        let parent = EnvironmentVariable.value(of: "TMPDIR") ?? "/tmp"
        let place = "\(parent)/taskbroker-faults/\(self.scenario)-\(FaultSeed.current)"
        _ = try? await self.server.cli("SAVE")
        _ = try await ChildProcess.run("mkdir", ["-p", place])
        // Without sockets, which cannot be copied.
        _ = try await ChildProcess.run(
            "sh",
            ["-c", "cp -r \"$1\"/* \"$2\" 2>/dev/null", "copy", self.server.directory, place]
        )
        return "evidence in \(place); again with TASKBROKER_FAULTS_SEED=\(FaultSeed.current)"
    }
}

// MARK: - Sending

extension Arena {
    /// What follows every task into the list `ledger`, in the step that ends it: the count of accepted ends.
    static let receipt = SignatureNode(.task("fault.accepted"), options: ["queue": "ledger"], isImmutable: true)

    /// Sends tasks that take from zero to `seconds`, and waits for the acknowledgement.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - first: The number of the first; names have to differ within a scenario.
    ///   - prefix: What their names begin with.
    ///   - seconds: How long they take.
    ///   - countdown: In how many seconds they are due; at once when absent.
    ///   - random: Draws how long.
    ///   - queue: Where they go.
    /// - Returns: Their names, which are their ids as well.
    func send(
        _ count: Int,
        from first: Int = 0,
        _ prefix: String = "t",
        seconds: ClosedRange<Double>,
        countdown: ClosedRange<Double>? = nil,
        using random: inout SeededGenerator,
        to queue: String = "work"
    ) async throws -> [String] {
        let calls = (first..<first + count).map { index in
            TaskCall(
                "fault.effect",
                TaskArguments([.string("\(prefix)\(index)"), .double(.random(in: seconds, using: &random))]),
                options: TaskOptions(
                    countdown: countdown.map { Duration.random(in: $0, using: &random) },
                    queue: queue,
                    taskID: "\(prefix)\(index)",
                    link: [Self.receipt]
                )
            )
        }
        var names: [String] = []
        for start in stride(from: 0, to: calls.count, by: 500) {
            names += try await self.app.send(Array(calls[start..<min(start + 500, calls.count)]))
        }
        return names
    }

    /// Waits until so many different tasks are done.
    func waitUntilDone(_ count: Int, timeout: Duration = .seconds(120)) async throws {
        try await eventually("\(count) tasks are done", timeout: timeout) { self.effects.count(.done) >= count }
    }

    /// Waits until everything is done and nothing is left to do, or until nothing has happened for a while.
    ///
    /// It does not throw in the latter case: the verdict will name what is lost.
    func drain(_ sent: [String], patience: Duration = .seconds(45)) async throws {
        var (last, lastChange) = (-1, ContinuousClock.now)
        try await eventually("all is done", timeout: .seconds(7200)) {
            let count = self.effects.effects.count
            if count != last { (last, lastChange) = (count, .now) }
            if ContinuousClock.now - lastChange > patience { return true }
            guard self.effects.count(.done) >= sent.count else { return false }
            return try await Audit(of: self.server).isIdle
        }
    }
}

// MARK: - Judging

extension Arena {
    /// The verdict when the fleet has gone.
    ///
    /// - Parameters:
    ///   - sent: What was sent.
    ///   - exits: How many workers ended by themselves.
    ///   - hasReceipts: Whether every task was sent with ``receipt``.
    ///   - violations: What audits on the way have found.
    func verdict(
        _ sent: [String],
        exits: Int,
        hasReceipts: Bool = true,
        violations: [String] = []
    ) async throws -> Verdict {
        let receipts = hasReceipts ? try await Receipt.all(in: self.server) : nil
        let audit = try await Audit(of: self.server)
        var verdict = Verdict(
            sent: sent,
            effects: self.effects.effects,
            receipts: receipts,
            faults: self.faults.faults
        )
        verdict.exits = exits
        verdict.dead = audit.dead
        verdict.stranded = (Int(try await self.server.cli("HLEN", "unacked")) ?? 0) + audit.waiting
        verdict.violations = violations + audit.violations
        verdict.residue = try await Audit.residue(of: self.server)
        return verdict
    }
}
