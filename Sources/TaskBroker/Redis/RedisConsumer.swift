import Logging
import RedisClient
import Synchronization

/// The consuming half of a broker on Redis.
///
/// Three connections: the broker's for settlements and claims, one for leases, because a large payload must not delay a heartbeat,
/// and the doorbell's.
final class RedisConsumer: Consumer, RedisAsking {
    let configuration: ConsumerConfiguration
    let lease: Int64
    let nonce: String
    let commands: RedisClient
    let leases: RedisClient
    let publisher: RedisPublisher
    let results: ResultStorage
    let doorbell: RedisDoorbell
    let bell: WorkSignal
    let state: Mutex<ConsumerState>
    let logger: Logger

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
        self.lease = max(1, configuration.lease.inMilliseconds)
        self.nonce = String(repeating: "0", count: 16 - digits.count) + digits
        self.commands = commands
        self.leases = RedisClient(leaseConfiguration, logger: logger)
        self.publisher = publisher
        self.results = results
        let bell = WorkSignal()
        self.bell = bell
        self.doorbell = RedisDoorbell(commands.configuration, logger: logger, beside: commands) { bell.ring() }
        self.state = Mutex(ConsumerState(ConsumerLayout(configuration.queues)))
        self.logger = logger
    }
}

extension RedisConsumer {
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.leases.run() }
            group.addTask { await self.doorbell.run() }
        }
    }

    var executor: (any TaskExecutor)? { self.commands.executor }

    var outage: String? {
        (self.commands.outage ?? self.leases.outage ?? self.doorbell.outage)?.message
    }

    func reconnect() {
        self.commands.reconnect()
        self.leases.reconnect()
        self.doorbell.reconnect()
    }

    /// The lists that are taken from now.
    var layout: ConsumerLayout { self.state.withLock(\.layout) }

    var queues: [Queue] { self.layout.queues }

    func setQueues(_ queues: [Queue]) throws(TaskBrokerError) {
        try RedisBroker.validate(consumed: queues)
        self.state.withLock { $0.setLayout(ConsumerLayout(queues)) }
        // Whoever waits, waits for the old ones.
        self.bell.ring()
    }
}
