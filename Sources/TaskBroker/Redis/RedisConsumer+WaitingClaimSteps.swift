import CeleryProtocol
import RedisClient
import Synchronization

/// The steps of a waiting claim.
extension RedisConsumer {
    /// A batch that `BLMOVE` may fill, when it was entered, and over which connection.
    ///
    /// After a failover the new server may know nothing of it; that has another connection.
    struct Wait {
        let entry: WaitingClaims.Entry
        let connection: UInt64
        /// When the script was called, and when it was answered.
        let sent: ContinuousClock.Instant
        let entered: ContinuousClock.Instant
    }

    /// Whose next message comes sooner is better off with claims for several: to wait for each costs a third more, of the worker and of Redis.
    private static let shortestWait = Duration.milliseconds(2)

    /// Enters a batch; `nil` if waiting is not possible at the moment.
    func beginWait() async throws(TaskBrokerError) -> Wait? {
        guard let connection = self.arrivals.connectionNumber else { return nil }
        let entry = self.state.withLock { state -> WaitingClaims.Entry? in
            guard state.waiting.isPossible(on: connection, at: .now), let domain = state.placeToWait else { return nil }
            let batch = ClaimBatch(waitingWithNonce: self.nonce, number: state.reserveBatches(1))
            let entry = WaitingClaims.Entry(domain: domain, batch: batch)
            state.waiting.begin(entry)
            return entry
        }
        guard let entry else { return nil }
        // It may be at another list than before.
        self.hearAll()
        // What was filled elsewhere has to be seen to by a call of its own.
        try await self.secureAnswered(except: entry.domain)
        let sent = ContinuousClock.now
        guard try await self.enter(entry.batch, in: entry.domain) else {
            self.state.withLock { $0.waiting.rest(from: .now) }
            return nil
        }
        let entered = ContinuousClock.now
        // The queues may be others meanwhile; and what was stopped for an hour must not find its batch unsealed again.
        guard self.state.withLock({ $0.isOpen(entry.domain) }),
            sent.duration(to: entered) < .milliseconds(self.patience)
        else { return nil }
        return Wait(entry: entry, connection: connection, sent: sent, entered: entered)
    }

    /// Sees to the batches that have been answered, but for those of a list that is about to be called for anyway.
    func secureAnswered(except excluded: ClaimDomain? = nil) async throws(TaskBrokerError) {
        for domain in self.state.withLock({ $0.waiting.answered.map(\.domain) }) where domain != excluded {
            _ = try await self.enter(nil, in: domain)
        }
    }

    /// Calls the script that enters a batch, if there is one, and sees to one that has been answered; returns whether the batch may be filled.
    private func enter(_ batch: ClaimBatch?, in domain: ClaimDomain) async throws(TaskBrokerError) -> Bool {
        let answered = self.state.withLock { $0.waiting.takeAnswered(of: domain) }
        var arguments = RESPArguments()
        arguments.append(self.lease)
        arguments.append(self.patience)
        arguments.append(batch?.name ?? "")
        arguments.append(answered?.batch.name ?? "")
        do throws(TaskBrokerError) {
            // A batch is entered over the connection on which it will be waited for.
            let client = batch == nil ? self.commands : self.arrivals
            let reply = try await self.evaluateSafely(
                WaitScript.enter,
                keys: domain.waitKeys,
                arguments: arguments,
                over: client
            )
            return reply.integer == 1
        } catch {
            if let answered { self.state.withLock { $0.waiting.putBack(answered: answered) } }
            throw error
        }
    }

    /// Waits for the next message, and looks what there is to say about it, in one write; the replies to the commands.
    func move(_ wait: Wait) async throws(TaskBrokerError) -> [RESPValue] {
        let domain = wait.entry.domain
        let held = RedisKeys.batch(wait.entry.batch.name, infl: domain.infl)
        let seconds = "\(self.patience / 1000).\(String(self.patience % 1000 + 1000).dropFirst())"
        let commands: [RESPCommand] = [
            ["BLMOVE", domain.list, held, "RIGHT", "LEFT", seconds], domain.arrivalLook, ["TIME"],
            RevocationLog.newest,
        ]
        self.state.withLock { $0.waiting.ask() }
        let deadline = Duration.milliseconds(self.patience) + self.arrivals.configuration.commandDeadline
        let replies = try await self.ask { () throws(RedisError) in
            try await self.arrivals.send(pipeline: commands, over: wait.connection, deadline: deadline)
        }
        guard replies.count == commands.count else {
            throw TaskBrokerError(.brokerUnavailable, "Redis has not answered all commands.")
        }
        return replies
    }

    /// What to make of a message that has come; `nil` if it has to go back, because only a claim can take it.
    func arrival(
        of raw: [UInt8],
        _ wait: Wait,
        _ replies: [RESPValue],
        after cursor: @Sendable () -> Timestamp
    ) async throws(TaskBrokerError) -> Arrival? {
        let heard = ContinuousClock.now
        let (domain, batch) = (wait.entry.domain, wait.entry.batch)
        guard let look = replies[1].integer.flatMap(ArrivalLook.init), let now = replies[2].time,
            !look.needsClaim, self.state.withLock({ $0.isOpen(domain) })
        else { return nil }
        let waited = wait.entered.duration(to: heard)
        var arrival = Arrival(
            message: ClaimedMessage(
                claim: Claim(id: batch.claimID(at: 0), queue: domain.queue, step: domain.step),
                raw: raw
            ),
            now: now,
            isAlone: !look.hasMore,
            isFrequent: waited < Self.shortestWait,
            // Its next lease begins when the next script is called, after this.
            leased: min(heard, wait.sent + .milliseconds(self.patience) * 9 / 10)
        )
        // A key of another type has nothing to say, here as in a claim.
        if let newest = RevocationLog.time(ofLast: replies[3]), newest != cursor() {
            arrival.revocations = try await self.ask { () throws(RedisError) in
                try await RevocationLog(client: self.commands).update(after: cursor(), newest: newest)
            }
        }
        // Five sixths of a lease have to be left, or an outage too short for the grace rule could take a task away that lives
        // (`Verification/grace.pml`).
        guard wait.sent.duration(to: .now) < .milliseconds(self.patience) + .milliseconds(self.lease) / 6 else {
            return nil
        }
        self.state.withLock { state in
            state.waiting.end()
            state.waiting.setPlace(domain)
        }
        return arrival
    }

    /// Gives up the batches of which nobody knows whether they were filled.
    ///
    /// One that is refused, because of its queue, keeps nobody from waiting elsewhere.
    func abandonDoubtful() async throws(TaskBrokerError) {
        for entry in self.state.withLock(\.waiting.doubtful) {
            let domain = entry.domain
            let keys: RESPArguments = [domain.list, domain.infl, domain.lease, domain.wait]
            do throws(TaskBrokerError) {
                _ = try await self.evaluateSafely(WaitScript.abandon, keys: keys, arguments: [entry.batch.name])
                self.state.withLock { $0.waiting.forget(doubtful: entry) }
            } catch {
                guard error.isRefusal else { throw error }
            }
        }
    }
}

extension ClaimDomain {
    /// The keys of ``WaitScript/enter``.
    fileprivate var waitKeys: RESPArguments { [self.list, self.infl, self.lease, self.wait, self.meta, self.dlv] }
}

extension RESPValue {
    /// The reply to `TIME`.
    fileprivate var time: Timestamp? {
        guard let parts = self.array, parts.count == 2, let seconds = parts[0].string.flatMap({ Int64($0) }),
            let microseconds = parts[1].string.flatMap({ Int64($0) }), 0..<1 << 40 ~= seconds
        else { return nil }
        return Timestamp(milliseconds: seconds * 1000 + microseconds / 1000)
    }
}
