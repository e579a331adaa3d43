import CeleryProtocol
import TaskBroker

extension InMemoryBroker: Broker {
    /// There are no connections to keep alive.
    func run() async {
        // The sleep ends when the task is cancelled, which is all that is waited for.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }

    func verify() async throws(TaskBrokerError) {}

    /// Everything is as durable as the process.
    ///
    /// Whoever waits for room in a full queue does so in real time.
    func publish(
        _ publications: [Publication],
        _ terms: PublishTerms
    ) async throws(TaskBrokerError) -> [PublishReceipt] {
        let start = ContinuousClock.now
        var receipts: [PublishReceipt] = []
        var rest = publications[...]
        while !rest.isEmpty {
            let part = Array(terms.isWhole ? rest : rest.prefix(1))
            let attempt = self.change { $0.publish(part, terms.bounds) }
            guard case .refused(let full)? = attempt.first else {
                receipts += attempt
                rest = rest.dropFirst(part.count)
                continue
            }
            // More than there will ever be room for is not waited for.
            let isPossible = self.look { $0.places(for: part)[full.queue, default: 0] <= full.maxLength }
            guard case .block(let timeout)? = terms.bounds[full.queue]?.onFull, isPossible, .now < start + timeout
            else {
                return receipts + rest.map { _ in .refused(full) }
            }
            do {
                try await Task.sleep(for: .milliseconds(1))
            } catch {
                throw TaskBrokerError(.cancelled, "The task that waited to send a message was cancelled.")
            }
        }
        return receipts
    }

    func declare(_ queues: [Queue]) async throws(TaskBrokerError) {
        self.change { $0.declare(queues) }
    }

    func revoke(_ revocations: [Revocation], _ limits: RevocationLimits) async throws(TaskBrokerError) {
        self.change { $0.revoke(revocations, limits) }
    }

    func makeConsumer(_ configuration: ConsumerConfiguration) throws(TaskBrokerError) -> any Consumer {
        InMemoryConsumer(self, configuration)
    }
}

extension InMemoryBroker: ResultBackend {
    func results(of taskIDs: [String]) async throws(TaskBrokerError) -> [ResultDocument?] {
        self.look { state in taskIDs.map(state.result) }
    }

    func store(_ writes: [ResultWrite]) async throws(TaskBrokerError) {
        self.change { $0.store(writes) }
    }

    func forget(_ taskIDs: [String]) async throws(TaskBrokerError) {
        self.change { state in
            for taskID in taskIDs { state.results[taskID] = nil }
        }
    }

    func prepare(
        groups: [SavedGroup],
        chords: [ChordStart],
        expires: Duration?
    ) async throws(TaskBrokerError) {
        self.change { $0.prepare(groups: groups, chords: chords) }
    }

    func group(_ groupID: String) async throws(TaskBrokerError) -> ResultNode? {
        self.look { $0.groups[groupID] }
    }

    func forgetGroup(_ groupID: String) async throws(TaskBrokerError) {
        self.change { $0.groups[groupID] = nil }
    }

    func chord(_ groupID: String) async throws(TaskBrokerError) -> ChordRecord {
        self.look { $0.chordRecord(groupID) }
    }

    func extendChord(_ groupID: String, expires: Duration?) async throws(TaskBrokerError) {
        self.change { $0.chords[groupID, default: ChordState()].additions += 1 }
    }

    func withUpdates<Value: Sendable>(
        of taskIDs: [String],
        _ body: (ResultUpdates) async throws -> Value
    ) async throws -> Value {
        try await self.withSubscription(to: Set(taskIDs), body)
    }
}
