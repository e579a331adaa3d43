import CeleryProtocol
import Synchronization

@testable import TaskBroker

/// A broker on Redis whose consumer loses calls for a while: they are never answered, and no deadline ends them.
///
/// So does a client with a defect in its own bookkeeping. Connections look sound, and Redis is well: only the watchdog of the worker
/// finds out (`reliability.md` R11).
final class LosingBroker: Broker {
    /// Which calls get lost.
    enum Loss: CaseIterable, Sendable {
        /// Those that settle and claim.
        case claims
        /// All of them.
        case everything
    }

    private struct State {
        var loss: Loss?
        var reconnects = 0
    }

    let redis: RedisBroker
    private let state = Mutex(State())

    init(_ redis: RedisBroker) {
        self.redis = redis
    }
}

// MARK: - For tests

extension LosingBroker {
    /// Loses calls from now on, until ``heal()``.
    func lose(_ loss: Loss) { self.state.withLock { $0.loss = loss } }

    /// Loses no more calls; those that are lost are answered with an error only when the connections are replaced.
    func heal() { self.state.withLock { $0.loss = nil } }

    /// How often the worker has replaced its connections.
    var reconnects: Int { self.state.withLock(\.reconnects) }
}

// MARK: - For the consumer

extension LosingBroker {
    fileprivate func noteReconnect() { self.state.withLock { $0.reconnects += 1 } }

    /// Never returns if a call gets lost, but for the end of its connection or of its task.
    fileprivate func pass(isClaim: Bool) async throws(TaskBrokerError) {
        let (isLost, before) = self.state.withLock { state in
            (state.loss == .everything || state.loss == .claims && isClaim, state.reconnects)
        }
        guard isLost else { return }
        while self.reconnects == before {
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw TaskBrokerError(.cancelled, "The worker has stopped to wait.")
            }
        }
        throw TaskBrokerError(.brokerUnavailable, "The connection was replaced.")
    }
}

// MARK: - Broker

extension LosingBroker {
    func makeConsumer(_ configuration: ConsumerConfiguration) throws(TaskBrokerError) -> any Consumer {
        LosingConsumer(broker: self, consumer: try self.redis.makeConsumer(configuration))
    }

    func run() async { await self.redis.run() }

    func verify() async throws(TaskBrokerError) { try await self.redis.verify() }

    func publish(
        _ publications: [Publication],
        _ terms: PublishTerms
    ) async throws(TaskBrokerError) -> [PublishReceipt] {
        try await self.redis.publish(publications, terms)
    }

    func declare(_ queues: [Queue]) async throws(TaskBrokerError) { try await self.redis.declare(queues) }

    func revoke(_ revocations: [Revocation], _ limits: RevocationLimits) async throws(TaskBrokerError) {
        try await self.redis.revoke(revocations, limits)
    }

    var address: BrokerAddress { self.redis.address }

    func withBroadcasts<Value: Sendable>(
        of exchange: String,
        routingKeys pattern: String?,
        boundAs queue: String?,
        _ body: (BroadcastSequence) async throws -> Value
    ) async throws -> Value {
        try await self.redis.withBroadcasts(of: exchange, routingKeys: pattern, boundAs: queue, body)
    }

    func reply(_ payload: [UInt8], to address: ReplyAddress) async throws(TaskBrokerError) -> Bool {
        try await self.redis.reply(payload, to: address)
    }

    func withReplies<Value: Sendable>(
        to address: ReplyAddress,
        _ body: (any ReplyReceiver) async throws -> Value
    ) async throws -> Value {
        try await self.redis.withReplies(to: address, body)
    }
}

// MARK: - Consumer

/// The consumer of a ``LosingBroker``.
private struct LosingConsumer: Consumer {
    let broker: LosingBroker
    let consumer: any Consumer

    func run() async { await self.consumer.run() }

    func settle(
        _ settlements: [Settlement],
        claiming count: Int,
        after cursor: Timestamp
    ) async throws(TaskBrokerError) -> ClaimReply {
        try await self.broker.pass(isClaim: true)
        return try await self.consumer.settle(settlements, claiming: count, after: cursor)
    }

    func renew(_ claims: [Claim]) async throws(TaskBrokerError) -> [Claim] {
        try await self.broker.pass(isClaim: false)
        return try await self.consumer.renew(claims)
    }

    func tick(after cursor: Timestamp) async throws(TaskBrokerError) -> TickReply {
        try await self.broker.pass(isClaim: false)
        return try await self.consumer.tick(after: cursor)
    }

    func waitForWork(isIdle: @escaping @Sendable () -> Bool) async throws(TaskBrokerError) {
        try await self.broker.pass(isClaim: false)
        try await self.consumer.waitForWork(isIdle: isIdle)
    }

    func releaseParked(tasks: [String]) async throws(TaskBrokerError) {
        try await self.consumer.releaseParked(tasks: tasks)
    }

    func announce(_ record: WorkerRecord) async throws(TaskBrokerError) {
        try await self.broker.pass(isClaim: false)
        try await self.consumer.announce(record)
    }

    func withdraw() async throws(TaskBrokerError) { try await self.consumer.withdraw() }

    var outage: String? { self.consumer.outage }

    func reconnect() {
        self.consumer.reconnect()
        self.broker.noteReconnect()
    }

    var queues: [Queue] { self.consumer.queues }

    func setQueues(_ queues: [Queue]) throws(TaskBrokerError) { try self.consumer.setQueues(queues) }

    func putAside(limit: Int, maximumBytes: Int) async throws(TaskBrokerError) -> [DelayedDelivery] {
        try await self.consumer.putAside(limit: limit, maximumBytes: maximumBytes)
    }
}
