import CeleryProtocol
import Logging

/// What becomes of a revocation in a worker: tasks that have not started do not, see ``Admission``; those that run are stopped if it
/// terminates them.
extension Supervisor {
    /// What time it is for revocations: by the broker's clock, as the times in its log are, as soon as that is known.
    ///
    /// By the clock of a machine that is a minute ahead, everything in the log would be old news.
    var revocationTime: Timestamp { self.revocations.brokerTime ?? self.worker.app.clock() }

    /// Takes over what the broker's log told, and stops running tasks that are meant.
    func learn(_ update: RevocationUpdate) {
        let news = self.sparingWhatRuns { self.revocations.learn(update, at: self.revocationTime) }
        self.stopTerminated(by: news)
    }

    /// Carries out a command: remembers revocations here and in the broker's log, where they outlive this worker.
    ///
    /// - Returns: The attempts that were stopped.
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` if one of them cannot be written; then nothing is revoked.
    @discardableResult
    func revoke(_ revocations: [Revocation]) async throws -> [Attempt] {
        for revocation in revocations { try revocation.validate() }
        self.sparingWhatRuns { self.revocations.learn(revocations, at: self.revocationTime) }
        let stopped = self.stopTerminated(by: revocations)
        defer { self.worker.logger.info("tasks revoked", metadata: ["count": "\(revocations.count)"]) }
        try await self.worker.app.broker.revoke(revocations, self.worker.app.configuration.revocationLimits)
        await self.markRevoked(self.revocations.takeUnmarked())
        return stopped
    }

    /// Learns of revocations; what runs says itself how it ends, and may have ended, without a result yet, by the time that others are marked.
    private func sparingWhatRuns<Value>(_ learn: () -> Value) -> Value {
        // Before and after: one may end, and another one may have begun just in time.
        let before = self.running.all
        defer { self.revocations.spare(Set((before + self.running.all).map(\.headers.id))) }
        return learn()
    }

    /// Stops what runs and is to be stopped; a task that is about to start sees the board afterwards.
    @discardableResult
    private func stopTerminated(by revocations: [Revocation]) -> [Attempt] {
        guard revocations.contains(where: \.terminates) else { return [] }
        let now = self.revocationTime
        let attempts = self.running.all.filter { self.revocations.terminates($0.headers, at: now) }
        self.cancel(attempts.map(\.message.claim))
        return attempts
    }

    /// Stores `REVOKED` for tasks that are known not to have ended, before anybody sees their messages (celery-wire §0, trap 20).
    ///
    /// As in Celery, a task that another worker runs without having said so is marked, too; its own result replaces that.
    func markRevoked(_ taskIDs: [String]) async {
        guard !taskIDs.isEmpty else { return }
        let backend = self.worker.app.backend
        do {
            let documents = try await backend.results(of: taskIDs)
            let open = zip(taskIDs, documents).filter { $1?.isOpen ?? true }.map(\.0)
            let now = self.revocationTime
            try await backend.store(open.map { self.dispatcher.reports.revoked(taskID: $0, now) })
        } catch {
            self.report(error, while: "storing REVOKED")
        }
    }
}

extension ResultDocument {
    /// Whether the task has neither ended nor, as far as is known, started.
    fileprivate var isOpen: Bool {
        [.pending, .received, .retry, .rejected].contains(TaskState(rawValue: self.status))
    }
}
