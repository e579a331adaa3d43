import Logging
import RedisClient
import Synchronization

/// The consuming half of a broker on Redis.
///
/// Its connections: the broker's for settlements and claims; one for leases, because a large payload must not delay a heartbeat; one
/// that waits for the next message; and the two of the doorbell.
final class RedisConsumer: Consumer, RedisAsking {
    let configuration: ConsumerConfiguration
    let lease: Int64
    let nonce: String
    let commands: RedisClient
    let leases: RedisClient
    /// Where `BLMOVE` waits.
    let arrivals: RedisClient
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
        var quiet = commands.configuration
        // A look each second, on the other connection, makes up for what these miss.
        quiet.pingInterval = .seconds(30)
        var blocking = quiet
        // The reply to a `BLMOVE` is always due, and what it may bring goes back.
        blocking.closingGrace = .zero
        self.arrivals = RedisClient(blocking, logger: logger, beside: commands)
        self.publisher = publisher
        self.results = results
        let bell = WorkSignal()
        self.bell = bell
        self.doorbell = RedisDoorbell(quiet, logger: logger, beside: commands) { bell.ring() }
        self.state = Mutex(ConsumerState(ConsumerLayout(configuration.queues)))
        self.logger = logger
    }
}

extension RedisConsumer {
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.leases.run() }
            group.addTask { await self.arrivals.run() }
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
        self.arrivals.reconnect()
        self.doorbell.reconnect()
    }

    /// The lists that are taken from now.
    var layout: ConsumerLayout { self.state.withLock(\.layout) }

    var queues: [Queue] { self.layout.queues }

    func setQueues(_ queues: [Queue]) throws(TaskBrokerError) {
        try RedisBroker.validate(consumed: queues)
        let waitsInVain = self.state.withLock { state in
            state.setLayout(ConsumerLayout(queues))
            return state.waiting.current.map { !state.isOpen($0.domain) } ?? false
        }
        // Whoever waits, waits for the old ones.
        if waitsInVain { self.arrivals.reconnect() }
        self.bell.ring()
    }
}
