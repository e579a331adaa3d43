import CeleryProtocol
public import Logging
public import ServiceLifecycle

/// Takes tasks from queues and runs them.
///
/// ```swift
/// let worker = Worker(app, configuration: .init(queues: ["login", "user"], concurrency: 8))
/// try await ServiceGroup(services: [app, worker], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
/// ```
///
/// A graceful shutdown is warm: the worker takes nothing new and ends when its running tasks have. ``stop()`` and cancellation
/// are cold: tasks are cancelled and their messages go back to the heads of their queues. What cannot be given back, because
/// the machine or the app's connections are gone (a service group cancels them together with the worker), is run by another
/// worker when its lease has run out.
public final class Worker: Service {
    /// The app whose tasks it runs.
    public let app: TaskApp
    /// The settings.
    public let configuration: WorkerConfiguration
    /// The node name, unique among all workers of a broker.
    public let node: String
    /// The queues that it takes from.
    public let queues: [Queue]
    /// The limits of tasks that were changed since the worker was made.
    let limits = RuntimeLimits()
    /// How it fares.
    let board = HealthBoard()
    let logger: Logger
    let taskLogLevel: Logger.Level
    /// What runs the tasks.
    private let host: any TaskHost
    private let commands = AsyncStream<Command>.makeStream()

    /// What its owner, or remote control, wants of a worker that runs.
    enum Command: Sendable {
        case drain
        case stop
        /// Tell what is held.
        case report(AsyncStream<WorkerReport>.Continuation)
        /// Run more tasks at once, or fewer.
        case changeConcurrency(by: Int, AsyncStream<Bool>.Continuation)
        /// Claim again: queues were added.
        case lookAgain
    }

    /// Creates a worker; it works while ``run()`` does, which may be called once.
    ///
    /// - Parameters:
    ///   - app: The app whose tasks it runs.
    ///   - configuration: The settings.
    ///   - taskLogLevel: The level of the lines about tasks that are received and succeed.
    ///   - hostOutput: Takes the lines that task hosts write, if tasks run in processes; standard error by default.
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` for queues that cannot be consumed, and a name that is none.
    public convenience init(
        _ app: TaskApp,
        configuration: WorkerConfiguration = .init(),
        taskLogLevel: Logger.Level = .debug,
        hostOutput: (@Sendable (String) -> Void)? = nil
    ) throws {
        try self.init(
            app,
            configuration: configuration,
            taskLogLevel: taskLogLevel,
            hostOutput: hostOutput,
            surroundHost: { $0 }
        )
    }

    /// Creates a worker that also runs what is no task of the app.
    ///
    /// - Parameter surroundHost: Makes the host that the worker uses from the one that runs the app's tasks.
    package init(
        _ app: TaskApp,
        configuration: WorkerConfiguration,
        taskLogLevel: Logger.Level,
        hostOutput: (@Sendable (String) -> Void)?,
        surroundHost: @escaping @Sendable (any TaskHost) -> any TaskHost
    ) throws {
        var configuration = configuration
        configuration.events.exchange = app.configuration.eventExchange
        self.app = app
        self.configuration = configuration
        self.node = configuration.nodeName()
        do throws(MessageError) {
            try NameRules.validate(worker: self.node)
        } catch {
            throw TaskBrokerError(
                .invalidConfiguration,
                "\(error.message) Use 1 to 255 bytes without control characters.",
                underlyingError: error
            )
        }
        self.queues = try app.router.queuesToConsume(
            including: configuration.queues,
            excluding: configuration.excludedQueues
        )
        var logger = app.logger
        logger[metadataKey: "worker"] = "\(self.node)"
        self.logger = logger
        self.taskLogLevel = taskLogLevel
        let appHost = Self.appHost(app, configuration, logger, hostOutput ?? { HostOutput.writeToStandardError($0) })
        self.host = surroundHost(appHost)
    }
}

// MARK: Running

extension Worker {
    /// Works until a shutdown, or, in burst mode, until the queues are empty.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` if no process can be started to run tasks.
    public func run() async throws {
        let consumer = try self.app.broker.makeConsumer(
            ConsumerConfiguration(queues: self.queues, lease: self.configuration.lease, node: self.node)
        )
        let supervisor = Supervisor(self, consumer: consumer, host: self.host)
        try await self.host.run { await supervisor.run(commands: self.commands.stream) }
    }

    /// The host of the app's own tasks.
    private static func appHost(
        _ app: TaskApp,
        _ configuration: WorkerConfiguration,
        _ logger: Logger,
        _ write: @escaping @Sendable (String) -> Void
    ) -> any TaskHost {
        switch configuration.host.kind {
        case .inProcess: InProcessHost(app: app)
        case .processes(let hosts):
            ProcessHosts(hosts, app: app, concurrency: configuration.concurrency, logger: logger, write: write)
        }
    }

    /// Whether tasks of a name can run here; those of a task file are known to the host only, those of the app also before it has started.
    private func knows(_ task: String) -> Bool {
        self.app.task(named: task) != nil || self.host.settings(of: task) != nil
    }

    /// Whether it lives and takes tasks, at this moment; `taskctl worker --health` serves it over HTTP.
    public var health: WorkerHealth { self.board.health(of: self.node) }

    /// Sets how often tasks of a name start here, from now on.
    ///
    /// What was put aside under the old limit comes back within a minute.
    ///
    /// - Returns: Whether the worker knows the task: it is one of the app's, or a command of a task file.
    @discardableResult
    public func setRateLimit(_ limit: RateLimit, ofTask name: String) -> Bool {
        guard self.knows(name) else { return false }
        self.limits.setRateLimit(limit, of: name)
        return true
    }

    /// Sets how long tasks of a name may run here, from the next one on; `nil` is no limit.
    ///
    /// Both limits count instead of the task's own and of those of its messages: whoever changes them in a running worker means it.
    ///
    /// - Returns: Whether the worker knows the task: it is one of the app's, or a command of a task file.
    @discardableResult
    public func setTimeLimits(hard: Duration?, soft: Duration?, ofTask name: String) -> Bool {
        guard self.knows(name) else { return false }
        self.limits.setTimeLimits(TimeLimits(soft: soft, hard: hard), of: name)
        return true
    }

    /// Begins a warm shutdown, as a graceful shutdown of the service group does.
    public func drain() {
        self.commands.continuation.yield(.drain)
    }

    func send(_ command: Command) {
        self.commands.continuation.yield(command)
    }

    /// Begins a cold shutdown: running tasks are cancelled and given back.
    public func stop() {
        self.commands.continuation.yield(.stop)
    }
}
