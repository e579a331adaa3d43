/// How tasks in a host look at queues and workers: see ``SupervisorBroker``.
package struct SupervisorInspection: InspectionStore {
    private let link: SupervisorLink

    package init(_ link: SupervisorLink) {
        self.link = link
    }

    private func find(_ inspection: HostInspection) async throws(TaskBrokerError) -> HostFindings {
        try await self.link.call(.inspect(inspection)).read { frame throws(HostProtocolError) in try frame.findings() }
    }
}

extension SupervisorInspection {
    /// A task does not repair queues.
    package var care: (any CareStore)? { nil }

    package func queueNames() async throws(TaskBrokerError) -> QueueNames {
        let findings = try await self.find(.queueNames)
        return QueueNames(names: findings.names ?? [], isComplete: findings.isComplete ?? false)
    }

    package func contents(of queues: [String]) async throws(TaskBrokerError) -> [QueueContents] {
        try await self.find(.contents(queues: queues)).contents ?? []
    }

    package func workers() async throws(TaskBrokerError) -> [WorkerRecord] {
        try await self.find(.workers).workers ?? []
    }

    package func setPaused(_ isPaused: Bool, queue: String) async throws(TaskBrokerError) -> Bool {
        try await self.find(.pause(queue: queue, isPaused: isPaused)).isChanged ?? false
    }

    package func purge(_ queue: String, includingDelayed: Bool) async throws(TaskBrokerError) -> Int {
        try await self.find(.purge(queue: queue, includingDelayed: includingDelayed)).count ?? 0
    }

    package func move(
        from source: String,
        to destination: String,
        limit: Int
    ) async throws(TaskBrokerError) -> Int {
        try await self.find(.move(source: source, destination: destination, limit: limit)).count ?? 0
    }
}

// MARK: What a host may not see

extension SupervisorInspection {
    package func page(
        of place: StoredMessage.Place,
        in queue: String,
        step: Int,
        after cursor: String?
    ) async throws(TaskBrokerError) -> StoredPage {
        throw SupervisorBroker.refusal("look into messages")
    }

    package func foreignPage(after cursor: String?) async throws(TaskBrokerError) -> StoredPage {
        throw SupervisorBroker.refusal("look into messages")
    }

    package func settleDead(
        _ ids: [String],
        in queue: String,
        step: Int,
        isRetried: Bool
    ) async throws(TaskBrokerError) -> Int {
        throw SupervisorBroker.refusal("move dead letters")
    }
}
