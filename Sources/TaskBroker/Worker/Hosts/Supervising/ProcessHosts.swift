package import CeleryProtocol
package import Logging
import Synchronization

/// Runs tasks in child processes, so that what kills one of them kills nothing else.
///
/// It decides nothing itself: where a task runs is the business of ``HostPool``, who is to blame for a dead host that of
/// ``CrashLedger``.
package final class ProcessHosts: TaskHost {
    struct State {
        var pool: HostPool
        var ledger = CrashLedger()
        var processes: [HostPool.ID: HostProcess] = [:]
        /// The tasks that wait for a host.
        var waiters: [RunID: CheckedContinuation<Placement?, Never>] = [:]
        /// The processes that run tasks.
        var pids: [Claim: CInt] = [:]
        var tasks: [String: TaskSettings] = [:]
        var makesMessages = true
        var lastRun: RunID = 0
    }

    /// The host that a task was given.
    struct Placement: Sendable {
        let host: HostPool.ID
        let process: HostProcess
    }

    let configuration: HostConfiguration
    let calls: HostCallServer
    private let app: TaskApp
    let logger: Logger
    /// Takes the lines that hosts write.
    let write: @Sendable (String) -> Void
    let state: Mutex<State>
    /// The hosts that are to be started.
    let starts = AsyncStream<(host: HostPool.ID, failures: Int)>.makeStream()
    /// Ends when the first host is ready; has an error if none can be made ready.
    let opening = AsyncStream<TaskBrokerError>.makeStream()

    /// Creates hosts; they are started by ``run(_:)``.
    ///
    /// - Parameters:
    ///   - configuration: What is started, and how many.
    ///   - app: Whose connections tasks use.
    ///   - concurrency: How many tasks run at once in all.
    ///   - write: Takes the lines that hosts write to their outputs.
    package init(
        _ configuration: HostConfiguration,
        app: TaskApp,
        concurrency: Int,
        logger: Logger,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.configuration = configuration
        self.app = app
        self.calls = HostCallServer(broker: app.broker, backend: app.backend, inspection: app.inspectionStore)
        self.logger = logger
        self.write = write
        let pool = HostPool(
            size: configuration.count(forConcurrency: concurrency),
            maximumTasks: configuration.maximumTasks
        )
        self.state = Mutex(State(pool: pool))
    }
}

// MARK: Being asked

extension ProcessHosts {
    package func settings(of task: String) -> TaskSettings? { self.state.withLock { $0.tasks[task] } }

    package var taskNames: [String] {
        self.state.withLock { $0.tasks.keys.filter { BuiltInTasks.byName[$0] == nil } }.sorted()
    }

    package var processIDs: [Int] { self.state.withLock { $0.processes.values.map { Int($0.pid) } }.sorted() }

    package func processID(running claim: Claim) -> Int? { self.state.withLock { $0.pids[claim] }.map { Int($0) } }

    package func restart() -> Bool {
        self.perform(self.state.withLock { $0.pool.retireAll() })
        return true
    }
}

// MARK: Running tasks

extension ProcessHosts {
    package func execute(_ invocation: TaskInvocation) async -> TaskReport {
        let order = RunOrder(self.nextRun(), invocation)
        defer { self.state.withLock { $0.ledger.ended(order.id) } }
        while !Task.isCancelled, let place = await self.place(order.id) {
            switch await self.execute(order, invocation.claim, in: place) {
            case .reported(let report):
                self.perform(self.state.withLock { $0.pool.ended(order.id, in: place.host) })
                self.checkMemory(of: place)
                let embed = report.isFollowed ? invocation.embed : TaskEmbed()
                return TaskReport(report.outcome, embed: embed, children: report.children)
            case .lost(.ended(let outcome)): return TaskReport(outcome, embed: invocation.embed)
            case .lost(.again): continue
            case .notStarted: self.perform(self.state.withLock { $0.pool.died(place.host) })
            }
        }
        return TaskReport(.cancelled)
    }

    private func execute(_ order: RunOrder, _ claim: Claim, in place: Placement) async -> HostProcess.RunEnd {
        self.state.withLock { $0.pids[claim] = place.process.pid }
        defer { self.state.withLock { $0.pids[claim] = nil } }
        return await place.process.execute(order)
    }

    private func nextRun() -> RunID {
        self.state.withLock { state in
            state.lastRun += 1
            return state.lastRun
        }
    }

    /// Waits for a host; `nil` if the calling Swift task is cancelled before there is one.
    private func place(_ run: RunID) async -> Placement? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let actions = self.state.withLock { state in
                    state.waiters[run] = waiter
                    return state.pool.place(run, isAlone: state.ledger.isSuspect(run))
                }
                self.perform(actions)
                if Task.isCancelled { self.withdraw(run) }
            }
        } onCancel: {
            self.withdraw(run)
        }
    }

    private func withdraw(_ run: RunID) {
        let waiter = self.state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: run)
            if waiter != nil { state.pool.withdraw(run) }
            return waiter
        }
        waiter?.resume(returning: nil)
    }

    /// Carries out what the pool wants.
    func perform(_ actions: [HostPool.Action]) {
        for action in actions {
            switch action {
            case .start(let host, let failures): self.starts.continuation.yield((host, failures))
            case .end(let host): self.state.withLock { $0.processes[host] }?.close()
            case .assign(let run, let host):
                let (waiter, process) = self.state.withLock { state in
                    (state.waiters.removeValue(forKey: run), state.processes[host])
                }
                waiter?.resume(returning: process.map { Placement(host: host, process: $0) })
            }
        }
    }
}

// MARK: Other questions

extension ProcessHosts {
    package func handle(_ failed: FailedTask, with signature: SignatureNode) async {
        if case .failed(let exception) = await self.ask(.handle(failed, signature)) {
            let handler = signature.taskName
            self.logger.error(
                "error handler failed",
                metadata: ["task_id": "\(failed.id)", "handler": "\(handler)", "error": "\(exception.pythonRepr)"]
            )
        }
    }

    package func messages(for calls: [CanvasCall]) async throws -> [Publication] {
        guard !calls.isEmpty else { return [] }
        guard self.state.withLock(\.makesMessages) else { return try await self.app.publications(for: calls) }
        switch await self.ask(.messages(calls)) {
        case .messages(let publications): return publications
        case .failed(let exception):
            try Task.checkCancellation()
            throw TaskFailure(exception: exception)
        case .handled: throw CanvasError("The task host has made no messages.")
        }
    }

    /// Asks one host after the other: the first one may die of something else.
    private func ask(_ question: HostQuestion) async -> HostAnswer {
        for _ in 1...CrashLedger.maximumCrashes {
            let id = self.nextRun()
            guard let place = await self.place(id) else { break }
            if let answer = await place.process.ask(question) {
                self.perform(self.state.withLock { $0.pool.ended(id, in: place.host) })
                return answer
            }
            self.perform(self.state.withLock { $0.pool.died(place.host) })
        }
        return .failed(.hostIsGone)
    }
}

extension ExceptionDocument {
    /// Why a question has no answer.
    fileprivate static let hostIsGone = ExceptionDocument(
        type: "WorkerLostError",
        message: ["The task host has ended."],
        module: "billiard.exceptions"
    )
}

extension TaskInvocation {
    /// What follows the task; nothing if its message cannot be read that far.
    fileprivate var embed: TaskEmbed { (try? self.envelope.decodeBody())?.embed ?? TaskEmbed() }
}
