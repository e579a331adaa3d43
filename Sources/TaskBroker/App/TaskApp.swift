public import CeleryProtocol
public import Logging
import Synchronization

/// An application: its tasks, its configuration, and its way to the broker and the result backend.
///
/// ```swift
/// let app = try TaskApp(broker: .redis("redis://localhost:6379/0"), logger: logger)
/// let add = app.task("tasks.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
///
/// try await app.run { _ in
///     let result = try await add.delay(2, 2)
///     print(try await result.get())
/// }
/// ```
///
/// It talks to Redis while it runs: as a `Service` in a `ServiceGroup`, or inside ``run(_:)``.
public final class TaskApp: Sendable {
    /// The settings.
    public let configuration: TaskAppConfiguration
    /// Where the app and its tasks log.
    public let logger: Logger
    package let broker: any Broker
    package let backend: any ResultBackend
    let inspectionStore: (any InspectionStore)?
    package let router: Router
    let middleware: [any TaskMiddleware]
    /// The time by which countdowns and expiries of sent tasks are reckoned.
    let clock: @Sendable () -> Timestamp
    let origin = Origin()
    /// The clock that orders events and control messages.
    package let logicalClock = LogicalClock()
    let registry = Mutex(BuiltInTasks.byName)
    let controlCommands = Mutex<[String: ControlCommand]>([:])
    let hasDeclaredExchanges = Mutex(false)
    let adoptsBounds = Mutex(false)

    /// Creates an app on a broker and a backend of any kind.
    package init(
        broker: any Broker,
        backend: any ResultBackend,
        inspectionStore: (any InspectionStore)? = nil,
        configuration: TaskAppConfiguration = .init(),
        middleware: [any TaskMiddleware] = [],
        logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.broker = broker
        self.backend = backend
        self.inspectionStore = inspectionStore
        self.configuration = configuration
        self.router = Router(
            queues: configuration.queues,
            routes: configuration.routes + [Route(default: RouteTarget(configuration.taskDefaults))],
            defaultQueue: configuration.defaultQueue,
            createsMissingQueues: configuration.createsMissingQueues
        )
        self.middleware = middleware
        self.logger = logger
        self.clock = clock
    }

    /// Creates an app.
    ///
    /// - Parameters:
    ///   - broker: Where messages are sent to and taken from.
    ///   - backend: Where results are kept; the broker's own place by default.
    ///   - configuration: Queues, routes and defaults.
    ///   - middleware: Code around publishing and executing; the first one is the outermost.
    ///   - logger: Where the app and its tasks log; messages never contain passwords or arguments.
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` for a URL that cannot be used.
    public convenience init(
        broker: Endpoint,
        backend: Endpoint? = nil,
        configuration: TaskAppConfiguration = .init(),
        middleware: [any TaskMiddleware] = [],
        logger: Logger = Logger(label: "taskbroker")
    ) throws {
        switch broker.place {
        case .connected(let broker, let backend, let inspection):
            self.init(
                broker: broker,
                backend: backend,
                inspectionStore: inspection,
                configuration: configuration,
                middleware: middleware,
                logger: logger
            )
        case .redis(let url):
            let redis = try RedisBroker(broker: url, backend: backend?.url, logger: logger)
            self.init(
                broker: redis,
                backend: redis.backend,
                inspectionStore: redis.inspectionStore,
                configuration: configuration,
                middleware: middleware,
                logger: logger
            )
        }
    }
}

// MARK: Looking

extension TaskApp {
    /// The names of the defined tasks, sorted; without those that every app has, as Celery lists them.
    public var taskNames: [String] {
        self.registry.withLock { $0.keys.filter { BuiltInTasks.byName[$0] == nil }.sorted() }
    }

    /// Looks at queues, messages and workers, and moves messages.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` on a broker that cannot be looked into, as the one in memory.
    public var inspector: Inspector {
        get throws(TaskBrokerError) {
            guard let store = self.inspectionStore else {
                throw TaskBrokerError(.invalidConfiguration, "This broker has no inspector: it lives in memory.")
            }
            return Inspector(
                store: store,
                declaredQueues: self.router.queues.map(\.name),
                control: self.control,
                eventExchange: self.configuration.eventExchange
            )
        }
    }

    /// Checks that broker and backend answer, and fails at once with the cause if they do not.
    ///
    /// Everything else waits out an outage up to a deadline. To be called while the app runs, by programs that a person
    /// waits for: a wrong password or a refused port is known within a second.
    public func verify() async throws {
        try await self.broker.verify()
    }

    /// A handle to the result of a task that was sent before, possibly by another program.
    public func result<Output: Codable & Sendable>(for id: String, as type: Output.Type) -> AsyncResult<Output> {
        self.result(for: id, decode: OutputCoding<Output>.codable.decode)
    }

    /// A handle to the result of a task whose type is not known.
    public func result(for id: String) -> AsyncResult<JSONValue> {
        self.result(for: id, decode: { $0 })
    }

    func result<Output: Sendable>(
        for id: String,
        decode: @escaping @Sendable (JSONValue) throws -> Output
    ) -> AsyncResult<Output> {
        AsyncResult(id: id, backend: self.backend, revoker: self.revoker, decode: decode)
    }

    /// Handles to the results of many tasks, which share everything but the id.
    func results<Output: Sendable>(
        for ids: [String],
        decode: @escaping @Sendable (JSONValue) throws -> Output
    ) -> [AsyncResult<Output>] {
        let revoker = self.revoker
        return ids.map { AsyncResult(id: $0, backend: self.backend, revoker: revoker, decode: decode) }
    }

    func task(named name: String) -> AnyTask? {
        self.registry.withLock { $0[name] }
    }
}
