import CeleryProtocol
import Logging
import TaskBroker
import TestSupport
import Testing

/// A Redis with a password, on it a Celery worker and one of ours, and a client of each kind.
///
/// Broker in database 1, results in database 2 (scenario S1). Our worker takes from the queue `swift`, the Python worker from
/// `python`; a test that needs other workers starts them on queues of its own.
struct Fleet: Sendable {
    /// The fleet of the suite that runs.
    @TaskLocal static var current: Fleet?

    let environment: CeleryEnvironment
    let server: RedisServer
    let peer: PythonPeer
    let app: TaskApp
    /// What tasks of our worker have left; see ``InteropTasks``.
    let marks: Marks

    /// The fleet of the suite that runs, which has one.
    static func require() throws -> Fleet {
        try #require(Fleet.current)
    }
}

// MARK: - Scope

extension Fleet {
    /// Starts everything, runs `body`, ends everything.
    static func with(_ body: @concurrent @Sendable () async throws -> Void) async throws {
        let environment = try CeleryEnvironment()
        try await RedisServer.with(RedisServerOptions(password: "swordfish")) { server in
            let marks = Marks()
            let app = try Self.makeApp(server, marks)
            try await PythonPeer.with(environment, server) { peer in
                let fleet = Fleet(environment: environment, server: server, peer: peer, app: app, marks: marks)
                try await app.run { _ in
                    try await fleet.withCeleryWorker("python", queues: ["python"], concurrency: 4) { _ in
                        try await fleet.withWorker(queues: ["swift"], concurrency: 8) {
                            try await Fleet.$current.withValue(fleet) { try await body() }
                        }
                    }
                }
            }
        }
    }

    /// The same fleet with a client of another Celery.
    func withPeer<Result: Sendable>(
        _ name: CeleryEnvironment.Name,
        _ body: (Fleet) async throws -> Result
    ) async throws -> Result {
        let environment = try CeleryEnvironment(name)
        return try await PythonPeer.with(environment, self.server) { peer in
            try await body(
                Fleet(environment: environment, server: self.server, peer: peer, app: self.app, marks: self.marks)
            )
        }
    }

    /// An app like the Python one: the same queues, routes and tasks.
    static func makeApp(
        _ server: RedisServer,
        _ marks: Marks,
        _ databases: Databases = .shared,
        definesTasks: Bool = true,
        configure: (inout TaskAppConfiguration) -> Void = { _ in }
    ) throws -> TaskApp {
        var configuration = TaskAppConfiguration(
            queues: [
                "celery",
                Queue("login", exchange: .direct("login"), routingKey: "for_login"),
                Queue("user", exchange: .direct("user_info"), routingKey: "for_user_info"),
                Queue("fans", exchange: .direct("fans_followers"), routingKey: "for_fans_followers"),
                Queue("images", exchange: .topic("media"), routingKey: "media.image.#"),
            ],
            routes: [.task("routed.login", queue: "login")]
        )
        configure(&configuration)
        let app = try TaskApp(
            broker: .redis(server.url(database: databases.broker)),
            backend: .redis(server.url(database: databases.backend)),
            configuration: configuration,
            logger: Logger(label: "interop") { _ in SwiftLogNoOpLogHandler() }
        )
        if definesTasks {
            InteropTasks(marks: marks).define(on: app)
            CanvasTasks.define(on: app)
        }
        return app
    }
}

/// Gives a suite a fleet, which its nested suites share.
struct FleetTrait: SuiteTrait, TestScoping {
    var isRecursive: Bool { false }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Fleet.with(function)
    }
}

extension Trait where Self == FleetTrait {
    /// A fleet of Python and Swift programs around one Redis.
    static var fleet: Self { Self() }
}
