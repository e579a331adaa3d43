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
        var tasks: [String: TaskSettings] = [:]
        var makesMessages = true
    }

    /// The host that a task was given.
    struct Placement: Sendable {
        let host: HostPool.ID
        let process: HostProcess
    }

    let configuration: HostConfiguration
    let calls: HostCallServer
    let app: TaskApp
    let logger: Logger
    /// Takes the lines that hosts write.
    let write: @Sendable (String) -> Void
    let state: Mutex<State>
    private let lastRun = Atomic<RunID>(0)
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

    package var isElsewhere: Bool { true }

    package var taskNames: [String] {
        self.state.withLock { $0.tasks.keys.filter { BuiltInTasks.byName[$0] == nil } }.sorted()
    }

    package var processIDs: [Int] { self.state.withLock { $0.processes.values.map { Int($0.pid) } }.sorted() }

    package func processID(running claim: Claim) -> Int? {
        let processes = self.state.withLock { Array($0.processes.values) }
        return processes.first { $0.isRunning(claim) }.map { Int($0.pid) }
    }

    package func restart() -> Bool {
        self.perform(self.state.withLock { $0.pool.retireAll() })
        return true
    }
}

extension ProcessHosts {
    /// A number that no other run of this worker has.
    func nextRun() -> RunID { self.lastRun.wrappingAdd(1, ordering: .relaxed).newValue }
}
