public import CeleryProtocol
public import Logging
public import TaskBroker

extension TaskApp {
    /// Creates an app whose broker and result backend are in memory, for tests.
    ///
    /// ```swift
    /// @Test func `adds two numbers`() async throws {
    ///     let app = TaskApp.inMemory()
    ///     let add = app.task("tasks.add") { (x: Int, y: Int) in x + y }
    ///
    ///     try await withWorker(app) {
    ///         let result = try await add.apply(2, 2, options: .init(countdown: .seconds(3600)))
    ///         try #expect(await result.get() == 4)
    ///     }
    ///     #expect(app.published(add).map(\.args) == [[2, 2]])
    /// }
    /// ```
    ///
    /// Everything behaves as on Redis: priorities, exchanges, leases, delays, retries, expiry, unique keys. Only the time is
    /// another: see ``VirtualClock``. The app needs not be run; it is there at once.
    ///
    /// - Parameters:
    ///   - configuration: Queues, routes and defaults.
    ///   - middleware: Code around publishing and executing; the first one is the outermost.
    ///   - clock: What time it is, and how it goes on.
    ///   - logger: Where the app and its tasks log; nowhere by default.
    public static func inMemory(
        configuration: TaskAppConfiguration = .init(),
        middleware: [any TaskMiddleware] = [],
        clock: VirtualClock = .init(),
        logger: Logger = Logger(label: "taskbroker", factory: { _ in SwiftLogNoOpLogHandler() })
    ) -> TaskApp {
        let broker = InMemoryBroker(clock: clock)
        return TaskApp(
            broker: broker,
            backend: broker,
            configuration: configuration,
            middleware: middleware,
            logger: logger,
            clock: { broker.now }
        )
    }

    /// The broker of an app that was made by ``inMemory(configuration:middleware:clock:logger:)``.
    var inMemoryBroker: InMemoryBroker {
        guard let broker = self.broker as? InMemoryBroker else {
            preconditionFailure("This app is not in memory: make it with `TaskApp.inMemory()`.")
        }
        return broker
    }
}

// MARK: Time

extension TaskApp {
    /// What time it is for an app in memory.
    public var virtualTime: Timestamp { self.inMemoryBroker.now }

    /// Lets time go by for an app in memory: what is due then is served next.
    ///
    /// Workers count as alive all the while: no lease runs out.
    public func advance(by duration: Duration) {
        self.inMemoryBroker.change { $0.advance(by: duration) }
    }
}
