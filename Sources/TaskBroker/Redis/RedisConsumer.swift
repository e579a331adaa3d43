import Logging
import RedisClient
import Synchronization

/// The consuming half of a broker on Redis.
///
/// Three connections: the broker's for settlements and claims, one for leases, because a large payload must not delay a heartbeat,
/// and the doorbell's.
final class RedisConsumer: Consumer {
    let configuration: ConsumerConfiguration
    /// The lists of all queues: those of step 0 in the order of the queues, then those of step 3, and so on.
    let domains: [ClaimDomain]
    private let positions: [String: Int]
    let lease: Int64
    let nonce: String
    let commands: RedisClient
    let leases: RedisClient
    let publisher: RedisPublisher
    let results: ResultStorage
    let doorbell: RedisDoorbell
    let bell: WorkSignal
    let state: Mutex<ConsumerState>

    init(
        _ configuration: ConsumerConfiguration,
        commands: RedisClient,
        publisher: RedisPublisher,
        results: ResultStorage,
        logger: Logger
    ) {
        var generator = SystemRandomNumberGenerator()
        let digits = String(generator.next() as UInt64, radix: 16)
        var leaseConfiguration = commands.configuration
        // A renewal that has not been answered after a third of the lease is better tried again.
        leaseConfiguration.commandDeadline = min(max(configuration.lease / 3, .seconds(2)), .seconds(5))
        // Without claims nothing is sent here. The deadline of the first renewal finds a dead connection soon enough.
        leaseConfiguration.pingInterval = .seconds(30)
        self.configuration = configuration
        let queues = configuration.queues.map(\.name)
        self.domains = ClaimDomain.all(of: queues)
        self.positions = Dictionary(zip(queues, queues.indices)) { first, _ in first }
        self.lease = max(1, configuration.lease.inMilliseconds)
        self.nonce = String(repeating: "0", count: 16 - digits.count) + digits
        self.commands = commands
        self.leases = RedisClient(leaseConfiguration, logger: logger)
        self.publisher = publisher
        self.results = results
        self.doorbell = RedisDoorbell(commands.configuration, logger: logger)
        self.bell = WorkSignal()
        self.state = Mutex(ConsumerState(queueCount: configuration.queues.count))
    }
}

extension RedisConsumer {
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.leases.run() }
            group.addTask { await self.doorbell.run() }
            group.addTask { for await _ in self.doorbell.rings { self.bell.ring() } }
        }
    }

    /// The domain that a claim came from.
    func domain(of claim: Claim) -> ClaimDomain {
        guard let position = self.positions[claim.queue], let step = Priority.steps.firstIndex(of: claim.step) else {
            return ClaimDomain(queue: claim.queue, step: claim.step)
        }
        return self.domains[step * self.configuration.queues.count + position]
    }

    /// Asks Redis and translates what goes wrong.
    func ask<Value>(
        _ body: () async throws(RedisError) -> Value
    ) async throws(TaskBrokerError) -> Value {
        do throws(RedisError) {
            return try await body()
        } catch {
            throw TaskBrokerError(error)
        }
    }
}
