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
        case .settled(let reply, let turn, let took):
            self.pace.note(took)
            actions = self.close(turn, reply)
        case .settleFailed(let turn, let isRefused): actions = self.reopen(turn, isRefused)
        case .pauseEnded:
            self.isPaused = false
            self.retryRefused()
        case .finished(let settlement): self.finish(settlement)
        case .joined(let settlement):
            self.joining.remove(settlement.claim)
            self.finished.append(settlement)
        case .rang: (self.isListening, self.isBellBroken, self.isDry) = (false, false, false)
        case .bellBroke: self.isBellBroken = true
        case .answered(let turn):
            (self.isListening, self.isBellBroken, self.isDry) = (false, false, false)
            self.turns += 1
            self.asked += turn.count
        case .arrived(let arrival): self.receive(arrival)
        case .waitEnded(let isPossible):
            self.isWaiting = false
            if !isPossible { self.canWait = false }
        case .renewed(let claims, let lost, let sent):
            self.leases.renew(claims, at: sent)
            actions = self.lose(lost)
        case .stoodStill(let claims, let sent): self.leases.renew(claims, at: sent)
        case .checkLeases(let now): actions = self.checkLeases(at: now)
        case .ticked(let reply, let now): actions = self.noteTick(reply, at: now)
        case .lookAgain: self.isDry = false
        case .drain: self.drain()
        case .stop: actions = self.stop()
        }
        return actions
    }

    private mutating func close(_ turn: Turn, _ reply: ClaimReply) -> [Action] {
        self.turns -= 1
        self.asked -= turn.count
        self.failures = 0
        if turn.count > 0 { self.isDry = reply.messages.count + reply.unread < turn.count }
        let clock = BrokerClock(reply.now)
        for message in reply.messages {
            self.leases.take(message.claim, at: turn.sent)
            if self.phase == .working {
                self.backlog.append(Delivery(message: message, clock: clock))
            } else {
                self.finished.append(message.settlement(.release))
            }
        }
        var actions: [Action] = []
        var fenced: [Claim] = []
        for (index, (settlement, isAccepted)) in zip(turn.settlements, reply.isAccepted).enumerated() {
            // Both are empty in everyday life, and looking into them costs a hash.
            let wasInDoubt = !self.inDoubt.isEmpty && self.inDoubt.remove(settlement.claim) != nil
            if !self.suspects.isEmpty { self.suspects.remove(settlement.claim) }
            if let obstacle = reply.obstacles[index] {
                actions += self.evade(obstacle, settlement)
                continue
            }
            if let parts = reply.completions[index] {
                self.joining.insert(settlement.claim)
                actions.append(.join(settlement, parts: parts))
                continue
            }
            self.leases.end(settlement.claim)
            if !isAccepted && !wasInDoubt { fenced.append(settlement.claim) }
        }
        if !fenced.isEmpty { actions.append(.reportFenced(fenced)) }
        let due = turn.settlements.compactMap { $0.dueTime.map { $0.duration(since: reply.now) } }.min()
        return actions + self.planTick(in: due, at: clock.heard)
    }

    /// Whether the settlements happened is unknown, so they are sent again: a claim that has ended refuses a second
    /// settlement, and one that has not must not be forgotten.
    ///
    /// What the broker refuses it may refuse for long, because its user has no rights on one queue, and one such settlement must not stop
    /// the worker. So each of them is sent alone then. One that is refused alone is kept for later, as it is: rights come back, and
    /// the message must not become a dead letter without what follows its task.
    private mutating func reopen(_ turn: Turn, _ isRefused: Bool) -> [Action] {
        self.turns -= 1
        self.asked -= turn.count
        // What the lists hold is unknown.
        if turn.count > 0, !isRefused { self.isDry = false }
        self.inDoubt.formUnion(turn.settlements.map(\.claim))
        if isRefused { self.suspects.formUnion(turn.settlements.map(\.claim)) }
        if isRefused, turn.settlements.count == 1 {
            self.refused += turn.settlements
            self.giveUp()
            return []
        }
        self.finished.insert(contentsOf: turn.settlements, at: 0)
        self.giveUp()
        self.failures += 1
        guard !self.isPaused else { return [] }
        self.isPaused = true
        return [.pause(failures: self.failures)]
    }

    /// Finds another way for a settlement that a key of a wrong type forbids.
    ///
    /// A task whose messages cannot be sent ends as a dead letter: it has run, and waiting for somebody to free the key would take
    /// a slot for each. What cannot be put where it belongs waits until it can.
    private mutating func evade(_ obstacle: SettlementObstacle, _ settlement: Settlement) -> [Action] {
        guard case .target(let key) = obstacle, let bare = settlement.withoutMessages(because: key) else {
            self.refused.append(settlement)
            return []
        }
        self.finished.append(bare)
        return [.reportBuried(settlement.claim, key: key)]
    }

    /// Sends what was refused once more.
    private mutating func retryRefused() {
        self.finished += self.refused
        self.refused = []
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
        self.giveUp()
        // A body that is not ours to send any more need not be made.
        let joining = self.joining.intersection(lost)
        let running = self.onLeaseLost == .terminate ? self.running.intersection(lost) : []
        let cancelled = running.union(joining)
        return cancelled.isEmpty ? [] : [.cancel(Array(cancelled))]
    }

    /// A task that may go on without its lease keeps what is left of it: after an outage the broker leaves every holder the
    /// time to renew.
    private mutating func checkLeases(at now: ContinuousClock.Instant) -> [Action] {
        guard self.onLeaseLost == .terminate || self.phase == .stopping else { return [] }
        return self.lose(self.leases.removeExpired(at: now))
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
        self.giveUp()
        let cancelled = self.running.union(self.joining)
        return cancelled.isEmpty ? [] : [.cancel(Array(cancelled))]
    }

    /// A worker that stops waits for an absent broker as long as it may own something, and no longer.
    private mutating func giveUp() {
        guard self.phase == .stopping else { return }
        self.finished.removeAll { !self.leases.contains($0.claim) }
        self.refused.removeAll { !self.leases.contains($0.claim) }
    }

    /// What was claimed and not started goes back to the head of its list, uncounted.
    private mutating func releaseBacklog() {
        self.finished += self.backlog.map { $0.message.settlement(.release) }
        self.backlog = []
    }
}

// MARK: Delayed messages

extension WorkerState {
    /// Takes note of what a look at the lists has found.
    private mutating func noteTick(_ reply: TickReply, at now: ContinuousClock.Instant) -> [Action] {
        if let nextTick, nextTick <= now { self.nextTick = nil }
        if reply.hasWork { self.isDry = false }
        self.canWait = true
        self.retryRefused()
        return self.planTick(in: reply.nextDue, at: now)
    }

    /// Plans a look at the lists for the moment at which a message is due, unless there is an earlier one.
    ///
    /// The look that every worker takes each second would be up to a second late.
    private mutating func planTick(in delay: Duration?, at now: ContinuousClock.Instant) -> [Action] {
        guard let delay, delay < Supervisor.tickInterval, self.phase == .working else { return [] }
        let due = now + max(delay, .milliseconds(1))
        if let nextTick, nextTick <= due { return [] }
        self.nextTick = due
        return [.tick(due)]
    }
}

extension Settlement {
    /// This settlement as a dead letter, without messages, parts and bodies; `nil` if it has none.
    fileprivate func withoutMessages(because key: String) -> Settlement? {
        guard !self.publications.isEmpty || self.canvas != nil else { return nil }
        var bare = self
        bare.publications = []
        bare.canvas = nil
        bare.disposition = .deadLetter(
            reason: "the messages that follow this task cannot be sent: the key \(key) holds something else"
        )
        return bare
    }

    /// When the message comes back by itself.
    fileprivate var dueTime: Timestamp? {
        switch self.disposition {
        case .delay(let until), .park(let until, _): until
        case .acknowledge, .release, .requeue, .deadLetter: nil
        }
    }
}
