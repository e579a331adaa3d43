import CeleryProtocol
import Logging
import RedisClient
import TestSupport

@testable import TaskBroker

/// A broker that runs on a redis-server of its own, and a plain client that looks at what it leaves there.
struct BrokerFixture: Sendable {
    let server: RedisServer
    let broker: RedisBroker
    let redis: RedisClient
}

extension BrokerFixture {
    /// Starts everything, runs `body`, and stops everything.
    ///
    /// - Parameters:
    ///   - options: How the server is started.
    ///   - database: The database of the results, when it is another one.
    ///   - logger: Where the broker complains.
    ///   - body: The test.
    static func with(
        _ options: RedisServerOptions = RedisServerOptions(),
        resultDatabase database: Int = 0,
        logger: Logger = Self.silence,
        _ body: (BrokerFixture) async throws -> Void
    ) async throws {
        try await RedisServer.with(options) { server in
            let backend = String(server.url.dropLast()) + String(database)
            try await self.with(server, backend: backend, logger: logger, body)
        }
    }

    /// Runs `body` with a broker on a server that runs already.
    static func with(
        _ server: RedisServer,
        backend: String,
        logger: Logger = Self.silence,
        _ body: (BrokerFixture) async throws -> Void
    ) async throws {
        let broker = try RedisBroker(
            broker: server.url,
            backend: backend,
            commandDeadline: Self.deadline,
            logger: logger
        )
        var configuration = RedisConfiguration(url: try RedisURL(server.url))
        configuration.commandDeadline = Self.deadline
        let redis = RedisClient(configuration, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await broker.run() }
            group.addTask { await redis.run() }
            defer { group.cancelAll() }
            try await body(BrokerFixture(server: server, broker: broker, redis: redis))
        }
    }

    /// Logs nothing.
    static let silence = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// How long the server may take to answer: the suites beside this one leave it little of two cores.
    private static let deadline: Duration = .seconds(60)

    /// Looks from the outside.
    var inspector: Inspector { Inspector(store: self.broker.inspectionStore) }

    /// A consumer whose connections are open while `body` runs.
    func withConsumer(
        _ queues: [Queue] = ["q"],
        lease: Duration = .seconds(30),
        node: String = "celery@test",
        _ body: (any Consumer) async throws -> Void
    ) async throws {
        let configuration = ConsumerConfiguration(queues: queues, lease: lease, node: node)
        let consumer = try self.broker.makeConsumer(configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await consumer.run() }
            defer { group.cancelAll() }
            try await body(consumer)
        }
    }

    /// Sends texts to a queue, as they are.
    func push(_ messages: [String], to queue: String = "q", priority: Int = 0) async throws {
        let publications = messages.map {
            Publication(destination: .queue(queue), priority: priority, payload: Array($0.utf8))
        }
        _ = try await self.broker.publish(publications)
    }

    /// Everything that lies in and beside a list.
    func state(_ queue: String = "q", step: Int = 0) async throws -> DomainState {
        try await DomainState(of: ClaimDomain(queue: queue, step: step), self.redis)
    }
}

extension Consumer {
    /// Settles and claims for somebody who knows no revocations.
    func settle(_ settlements: [Settlement], claiming count: Int) async throws(TaskBrokerError) -> ClaimReply {
        try await self.settle(settlements, claiming: count, after: Timestamp(microseconds: 0))
    }

    /// Looks after the lists for somebody who knows no revocations.
    func tick() async throws(TaskBrokerError) -> TickReply {
        try await self.tick(after: Timestamp(microseconds: 0))
    }

    /// Takes messages and settles nothing.
    func claim(_ count: Int) async throws -> [ClaimedMessage] {
        try await self.settle([], claiming: count).messages
    }

    /// Ends one claim and takes nothing.
    func settle(_ settlement: Settlement) async throws -> Bool {
        try await self.settle([settlement], claiming: 0).isAccepted[0]
    }

    /// The broker's clock.
    func now() async throws -> Timestamp {
        try await self.settle([], claiming: 0).now
    }
}

extension ClaimedMessage {
    var text: String { String(decoding: self.raw, as: UTF8.self) }

    func end(
        _ disposition: Settlement.Disposition = .acknowledge,
        results: [ResultWrite] = [],
        publications: [Publication] = []
    ) -> Settlement {
        Settlement(
            claim: self.claim,
            disposition: disposition,
            results: results,
            publications: publications,
            hasCounters: self.redeliveries > 0 || self.parkings > 0
        )
    }
}

extension ResultWrite {
    init(_ taskID: String, _ payload: String, expires: Duration? = .seconds(60)) {
        self.init(taskID: taskID, payload: Array(payload.utf8), expires: expires)
    }
}

extension Publication {
    init(_ payload: String, to queue: String, priority: Int = 0, unique: UniqueClaim? = nil) {
        self.init(destination: .queue(queue), priority: priority, payload: Array(payload.utf8), unique: unique)
    }
}
