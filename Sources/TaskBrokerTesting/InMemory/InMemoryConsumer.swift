import CeleryProtocol
import TaskBroker

/// The consuming half of an ``InMemoryBroker``, for one worker.
final class InMemoryConsumer: Sendable {
    private let broker: InMemoryBroker
    private let number: Int
    private let configuration: ConsumerConfiguration

    /// Creates a consumer, which counts as living until its ``run()`` has ended.
    init(_ broker: InMemoryBroker, _ configuration: ConsumerConfiguration) {
        self.broker = broker
        self.configuration = configuration
        self.number = broker.change { $0.addConsumer(configuration) }
    }
}

extension InMemoryConsumer: Consumer {
    func run() async {
        await self.broker.run()
        self.broker.change { [number] in $0.end(number) }
    }

    func settle(
        _ settlements: [Settlement],
        claiming count: Int,
        after cursor: Timestamp
    ) async throws(TaskBrokerError) -> ClaimReply {
        self.broker.change { [number] in $0.settle(settlements, claiming: count, after: cursor, by: number) }
    }

    func renew(_ claims: [Claim]) async throws(TaskBrokerError) -> [Claim] {
        self.broker.change { [number] in $0.renew(claims, by: number) }
    }

    /// Brings back what is due.
    ///
    /// Never tells when the next message is: a worker would wait for that in real time. Whoever moves the clock rings.
    func tick(after cursor: Timestamp) async throws(TaskBrokerError) -> TickReply {
        self.broker.change { [number] state in
            state.bringBack()
            return TickReply(
                hasWork: state.hasWork(for: number),
                revocations: state.revocations(after: cursor)
            )
        }
    }

    func waitForWork(isIdle: @escaping @Sendable () -> Bool) async throws(TaskBrokerError) {
        await self.broker.waitForWork(self.number)
        if Task.isCancelled { throw TaskBrokerError(.cancelled, "The wait for work was cancelled.") }
    }

    func releaseParked(tasks: [String]) async throws(TaskBrokerError) {
        self.broker.change { [number] in $0.releaseParked(tasks: tasks, by: number) }
    }

    func announce(_ record: WorkerRecord) async throws(TaskBrokerError) {
        self.broker.change { [number, node = self.configuration.node] state in
            var record = record
            record.nonce = "\(number)"
            record.seen = Double(state.clock.now.microseconds) / 1e6
            state.workers[node] = record
        }
    }

    func withdraw() async throws(TaskBrokerError) {
        self.broker.change { [node = self.configuration.node] in $0.workers[node] = nil }
    }

    var queues: [Queue] {
        self.broker.look { [number] in $0.consumers[number]?.queues ?? [] }.map { Queue($0) }
    }

    func setQueues(_ queues: [Queue]) throws(TaskBrokerError) {
        self.broker.change { [number] state in
            state.consumers[number]?.queues = queues.map(\.name)
            if state.listening.remove(number) != nil { state.effects.append(.ring(consumer: number)) }
        }
    }

    /// In memory nobody knows who put a message aside, so every consumer tells of all in its queues, of any size.
    func putAside(limit: Int, maximumBytes: Int) async throws(TaskBrokerError) -> [DelayedDelivery] {
        self.broker.look { [number] state in
            let addresses = Set(state.addresses(of: number))
            return state.delayed.all.filter { addresses.contains($0.address) }.prefix(limit).map {
                DelayedDelivery(raw: $0.raw, queue: $0.address.queue)
            }
        }
    }

    /// Leaves everything behind as a process does that is killed.
    func kill() {
        self.broker.change { [number] in $0.kill(number) }
    }
}
