import CeleryProtocol
import Logging
import RedisClient
import Synchronization

/// Waiting claims: Redis hands over the next message in the moment in which it arrives (``WaitScript``).
extension RedisConsumer {
    var takesArrivals: Bool { true }

    /// For how long `BLMOVE` waits, in ms.
    ///
    /// One and a half leases, so that its times grow together; but no longer than 45 s, because routers forget connections that are silent for
    /// some minutes, and what Redis hands to a machine that has vanished comes back after this and a lease. With 30 s an idle worker needs 2.09
    /// commands a second, with 45 s 1.92 (three queues, 90 s).
    var patience: Int64 { max(100, min(self.lease, 30_000) * 3 / 2) }

    func waitForMessage(
        after cursor: @escaping @Sendable () -> Timestamp
    ) async throws(TaskBrokerError) -> WaitOutcome {
        let outcome: Result<WaitOutcome, TaskBrokerError>
        do throws(TaskBrokerError) {
            try await self.abandonDoubtful()
            outcome = .success(try await self.wait(after: cursor))
        } catch {
            outcome = .failure(error)
            if error.isRefusal { self.state.withLock { $0.waiting.rest(from: .now) } }
        }
        // What must go back goes at once if that is possible, so that a claim gets it.
        self.state.withLock { $0.waiting.giveUp() }
        try? await self.abandonDoubtful()
        return try outcome.get()
    }

    private func wait(after cursor: @escaping @Sendable () -> Timestamp) async throws(TaskBrokerError) -> WaitOutcome {
        guard let wait = try await self.beginWait() else { return .impossible }
        let replies = try await self.move(wait)
        if let raw = replies.first?.bytes {
            return try await self.arrival(of: raw, wait, replies, after: cursor).map { .arrived($0) } ?? .impossible
        }
        self.state.withLock { $0.waiting.end() }
        guard let message = replies.first?.errorMessage else { return .nothing }
        self.state.withLock { state in
            if RedisError(reply: message).isRefusedRight { state.waiting.refuse(on: wait.connection) }
        }
        return .impossible
    }

    func secureArrival() async throws(TaskBrokerError) {
        try await self.secureAnswered()
    }

    func hearAll() {
        if self.state.withLock(\.hasDeafSpot) { self.bell.ring() }
    }

    /// Gives back what may have come to batches of which nobody knows, and takes the entries of the others away.
    ///
    /// Nobody must be waiting any more, nor begin to.
    func endWaiting() async throws(TaskBrokerError) {
        self.state.withLock { $0.waiting.giveUp() }
        try await self.abandonDoubtful()
        try await self.secureAnswered()
    }

    /// Sees to the batches of workers that are gone; called by each tick, and looks now and then.
    ///
    /// The list in which this worker waits itself is seen to by its own scripts. What fails is done another time, by this worker or another.
    func sweep() async {
        let domains = self.state.withLock { state -> [ClaimDomain] in
            guard state.isSweepDue(at: .now, every: .milliseconds(self.patience)) else { return [] }
            let own = state.waiting.current?.domain
            return state.layout.domains.filter { $0 != own }
        }
        guard !domains.isEmpty else { return }
        do throws(TaskBrokerError) {
            var look: RESPCommand = ["EXISTS"]
            for domain in domains { look.append(domain.wait) }
            let command = look
            let count = try await self.ask { () throws(RedisError) in try await self.commands.send(command).integer }
            guard let count, count > 0 else { return }
            let keys = RESPArguments(domains.flatMap { [$0.infl, $0.lease, $0.wait] })
            _ = try await self.evaluateSafely(WaitScript.sweep, keys: keys, arguments: [])
        } catch {
            self.logger.debug("batches that nobody waits for cannot be seen to", metadata: ["error": "\(error)"])
        }
    }
}
