extension WorkerState {
    /// Takes note of an event and says what to do.
    mutating func handle(_ event: Event, at now: ContinuousClock.Instant = .now) -> [Action] {
        let actions = self.note(event)
        return actions + self.next(at: now)
    }

    /// Takes note of an event without beginning anything new: all that a worker can do that has been torn down.
    ///
    /// What is left to do then is in ``unsettled``.
    mutating func note(_ event: Event) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .started: break
        case .settled(let reply, let turn): actions = self.close(turn, reply)
        case .settleFailed(let turn): actions = self.reopen(turn)
        case .pauseEnded: self.isPaused = false
        case .finished(let settlement): self.finish(settlement)
        case .rang: (self.isListening, self.isDry) = (false, false)
        case .workWaits: self.isDry = false
        case .renewed(let claims, let lost, let sent):
            self.leases.renew(claims, at: sent)
            actions = self.lose(lost)
        case .checkLeases(let now): actions = self.lose(self.leases.removeExpired(at: now))
        case .drain: self.drain()
        case .stop: actions = self.stop()
        }
        return actions
    }

    private mutating func close(_ turn: Turn, _ reply: ClaimReply) -> [Action] {
        self.turns -= 1
        self.asked -= turn.count
        self.failures = 0
        if turn.count > 0 { self.isDry = reply.messages.count < turn.count }
        let clock = BrokerClock(reply.now)
        for message in reply.messages {
            self.leases.take(message.claim, at: turn.sent)
            if self.phase == .working {
                self.backlog.append(Delivery(message: message, clock: clock))
            } else {
                self.finished.append(message.settlement(.release))
            }
        }
        var fenced: [Claim] = []
        for (settlement, isAccepted) in zip(turn.settlements, reply.isAccepted) {
            self.leases.end(settlement.claim)
            let wasInDoubt = self.inDoubt.remove(settlement.claim) != nil
            if !isAccepted && !wasInDoubt { fenced.append(settlement.claim) }
        }
        return fenced.isEmpty ? [] : [.reportFenced(fenced)]
    }

    /// Whether the settlements happened is unknown, so they are sent again: a claim that has ended refuses a second
    /// settlement, and one that has not must not be forgotten.
    private mutating func reopen(_ turn: Turn) -> [Action] {
        self.turns -= 1
        self.asked -= turn.count
        self.inDoubt.formUnion(turn.settlements.map(\.claim))
        self.finished.insert(contentsOf: turn.settlements, at: 0)
        self.failures += 1
        guard !self.isPaused else { return [] }
        self.isPaused = true
        return [.pause(failures: self.failures)]
    }

    private mutating func finish(_ settlement: Settlement) {
        self.running.remove(settlement.claim)
        self.finished.append(settlement)
        if settlement.disposition == .acknowledge { self.processed += 1 }
    }

    /// Claims that are lost, or that may be.
    ///
    /// A task that runs on all the same is settled as usual: the claim decides.
    private mutating func lose(_ claims: [Claim]) -> [Action] {
        guard !claims.isEmpty else { return [] }
        let lost = Set(claims)
        for claim in lost { self.leases.end(claim) }
        self.backlog.removeAll { lost.contains($0.message.claim) }
        let running = self.running.intersection(lost)
        return self.onLeaseLost == .terminate && !running.isEmpty ? [.cancel(Array(running))] : []
    }

    private mutating func drain() {
        guard self.phase == .working else { return }
        self.phase = .draining
        self.releaseBacklog()
    }

    private mutating func stop() -> [Action] {
        guard self.phase == .working || self.phase == .draining else { return [] }
        self.phase = .stopping
        self.releaseBacklog()
        return self.running.isEmpty ? [] : [.cancel(Array(self.running))]
    }

    /// What was claimed and not started goes back to the head of its list, uncounted.
    private mutating func releaseBacklog() {
        self.finished += self.backlog.map { $0.message.settlement(.release) }
        self.backlog = []
    }
}
