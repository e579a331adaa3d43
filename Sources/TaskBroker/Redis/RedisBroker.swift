import CeleryProtocol
package import Logging
import RedisClient

/// A broker and a result backend on Redis.
///
/// Both share one connection where they can: commands of all tasks are pipelined on it. Nothing is connected before ``run()``.
package struct RedisBroker: Broker {
    /// The result backend that belongs to this broker; its connections are kept alive by ``run()`` too.
    package let backend: RedisResultBackend

    let url: RedisURL
    let commands: RedisClient
    private let results: ResultStorage
    private let resultClient: RedisClient
    private let subscriber: RedisSubscriber
    /// Listens to the channels of fanout exchanges, which are where the messages are.
    let broadcasts: RedisSubscriber
    private let replicated: ReplicatedConnection
    private let publisher: RedisPublisher
    let logger: Logger

    /// Creates a broker.
    ///
    /// - Parameters:
    ///   - brokerURL: Where messages are, as Celery writes it: `redis://:password@host:6379/1`.
    ///   - backendURL: Where results are kept; with the messages when absent. Another database of the same server keeps storing a
    ///     result and ending its task one step; another server or user does not (`docs/decisions/0003-claim-protocol.md`).
    ///   - name: What `CLIENT LIST` shows for the connections.
    ///   - commandDeadline: How long a reply may take; by default what every client waits (R11). Tests on a machine that is busy wait longer.
    ///   - logger: For lost connections.
    package init(
        broker brokerURL: String,
        backend backendURL: String? = nil,
        name: String = "taskbroker",
        commandDeadline: Duration? = nil,
        logger: Logger
    ) throws(TaskBrokerError) {
        let url: RedisURL
        let resultURL: RedisURL
        do throws(RedisError) {
            url = try RedisURL(brokerURL)
            resultURL = try backendURL.map { text throws(RedisError) in try RedisURL(text) } ?? url
        } catch {
            throw TaskBrokerError(error)
        }
        self.url = url
        self.logger = logger
        var configuration = RedisConfiguration(url: url, clientName: name)
        configuration.commandDeadline = commandDeadline ?? configuration.commandDeadline
        self.commands = RedisClient(configuration, logger: logger)
        self.replicated = ReplicatedConnection(client: RedisClient(configuration, logger: logger))
        self.publisher = RedisPublisher(client: self.commands, replicated: self.replicated)
        var resultConfiguration = configuration
        resultConfiguration.url = resultURL
        self.resultClient =
            resultURL == url ? self.commands : RedisClient(resultConfiguration, logger: logger, beside: self.commands)
        var subscriberConfiguration = resultConfiguration
        // Often nobody listens, and whoever does reads again every second.
        subscriberConfiguration.pingInterval = .seconds(15)
        self.subscriber = RedisSubscriber(subscriberConfiguration, logger: logger, beside: self.commands)
        self.backend = RedisResultBackend(client: self.resultClient, subscriber: self.subscriber)
        if !url.isSameServer(as: resultURL) || url.username != resultURL.username {
            self.results = .elsewhere(self.backend)
            subscriberConfiguration.url = url
            self.broadcasts = RedisSubscriber(subscriberConfiguration, logger: logger)
        } else {
            // Publish/subscribe knows no databases.
            self.broadcasts = self.subscriber
            self.results = .sameServer(database: url.database == resultURL.database ? nil : resultURL.database)
        }
    }
}

extension RedisBroker {
    /// The broker's URL without its password.
    package var redactedURL: String { self.url.description }

    /// The result backend's URL without its password.
    package var redactedBackendURL: String { self.resultClient.configuration.url.description }

    package var executor: any TaskExecutor { self.commands.executor }

    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.commands.run() }
            if self.resultClient !== self.commands { group.addTask { await self.resultClient.run() } }
            group.addTask { await self.subscriber.run() }
            group.addTask { await self.replicated.run() }
            if self.broadcasts !== self.subscriber { group.addTask { await self.broadcasts.run() } }
        }
    }

    package func verify() async throws(TaskBrokerError) {
        do throws(RedisError) {
            try await self.commands.verify()
            if self.resultClient !== self.commands { try await self.resultClient.verify() }
        } catch {
            throw TaskBrokerError(error)
        }
    }

    package func publish(
        _ publications: [Publication],
        _ terms: PublishTerms
    ) async throws(TaskBrokerError) -> [PublishReceipt] {
        try await self.publisher.publish(publications, terms)
    }

    package func declare(_ queues: [Queue]) async throws(TaskBrokerError) {
        for queue in queues { try Self.validate(queue) }
        try await self.publisher.declare(queues)
    }

    package func revoke(_ revocations: [Revocation], _ limits: RevocationLimits) async throws(TaskBrokerError) {
        do throws(RedisError) {
            try await RevocationLog(client: self.commands).append(revocations, limits)
        } catch {
            throw TaskBrokerError(error)
        }
    }

    package func makeConsumer(_ configuration: ConsumerConfiguration) throws(TaskBrokerError) -> any Consumer {
        try Self.validate(consumed: configuration.queues)
        return RedisConsumer(
            configuration,
            commands: self.commands,
            publisher: self.publisher,
            results: self.results,
            logger: self.logger
        )
    }

    /// What an inspector looks at.
    package var inspectionStore: any InspectionStore {
        RedisInspection(client: self.commands, results: self.resultClient)
    }

    /// A worker takes from at most this many queues: every second it looks at 16 keys for each.
    private static let maximumQueues = 1_000

    /// Refuses queues that cannot be consumed.
    static func validate(consumed queues: [Queue]) throws(TaskBrokerError) {
        guard queues.count <= self.maximumQueues else {
            throw TaskBrokerError(
                .invalidConfiguration,
                "\(queues.count) queues are more than the \(self.maximumQueues) that a worker takes from. "
                    + "Share them out among several workers with -Q."
            )
        }
        for queue in queues { try self.validate(consumed: queue) }
    }

    private static func validate(consumed queue: Queue) throws(TaskBrokerError) {
        try self.validate(queue)
        guard queue.exchange.kind != .fanout else {
            throw TaskBrokerError(
                .invalidConfiguration,
                "Queue '\(queue.name)' is bound to a fanout exchange, which can be sent to but not consumed yet. "
                    + "Leave it out with -X, or bind it to a direct or topic exchange."
            )
        }
    }

    private static func validate(_ queue: Queue) throws(TaskBrokerError) {
        do throws(RoutingError) {
            try queue.validate()
        } catch {
            throw TaskBrokerError(.invalidConfiguration, error.description, underlyingError: error)
        }
    }
}

/// How a settlement stores results.
enum ResultStorage: Sendable {
    /// In the same step as everything else, in this database if it is not the broker's.
    case sameServer(database: Int?)
    /// Before the settlement, on another server, or as another user whose rights ours may not have.
    case elsewhere(RedisResultBackend)
}
