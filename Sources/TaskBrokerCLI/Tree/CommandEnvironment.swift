public import Logging
public import TaskBroker

/// What a command line says about the app that a program has to make: where its broker and results are, and where it logs.
public struct CommandEnvironment: Sendable {
    /// The broker: `-b`, then `TASKBROKER_URL`, then `CELERY_BROKER_URL`, then the Redis of this machine.
    public let broker: Endpoint
    /// The result backend: `--backend`, then `TASKBROKER_BACKEND_URL`, then `CELERY_RESULT_BACKEND`, then the broker.
    public let backend: Endpoint
    /// The logger of the app and its tasks, at the level and in the format that the command was given.
    public let logger: Logger
    /// The key that control commands are signed with: `TASKBROKER_CONTROL_KEY`; at least 16 bytes.
    public let controlKey: ControlKey?

    init(_ urls: ConnectionURLs, logger: Logger, controlKey: ControlKey? = nil) {
        self.broker = .redis(urls.broker)
        self.backend = .redis(urls.backend)
        self.logger = logger
        self.controlKey = controlKey
    }

    /// What a task host is told: its broker and its results are at the other end of its socket.
    init(_ link: SupervisorLink, logger: Logger) {
        self.broker = .connected(SupervisorBroker(link), SupervisorBackend(link), SupervisorInspection(link))
        self.backend = self.broker
        self.logger = logger
        self.controlKey = nil
    }
}

extension TaskApp {
    /// Creates an app as a command line says.
    ///
    /// - Parameters:
    ///   - environment: What a factory of ``CommandTree`` is given.
    ///   - configuration: Queues, routes and defaults.
    ///   - middleware: Code around publishing and executing; the first one is the outermost.
    /// - Throws: `TaskBrokerError` with the code `invalidConfiguration` for a URL that cannot be used.
    public convenience init(
        _ environment: CommandEnvironment,
        configuration: TaskAppConfiguration = .init(),
        middleware: [any TaskMiddleware] = []
    ) throws {
        var configuration = configuration
        configuration.controlKey = configuration.controlKey ?? environment.controlKey
        try self.init(
            broker: environment.broker,
            backend: environment.backend,
            configuration: configuration,
            middleware: middleware,
            logger: environment.logger
        )
    }
}
