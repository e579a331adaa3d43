import CeleryProtocol
import TaskBroker

extension InMemoryBroker: Broker {
    /// There are no connections to keep alive.
    func run() async {
        // The sleep ends when the task is cancelled, which is all that is waited for.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }

    func verify() async throws(TaskBrokerError) {}

    func publish(_ publications: [Publication]) async throws(TaskBrokerError) -> [PublishReceipt] {
        self.change { $0.publish(publications) }
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
