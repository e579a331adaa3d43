/// Messages that come by themselves, because the worker waits for them (`docs/decisions/0015-waiting-claims.md`).
extension WorkerState {
    /// What there is to do about messages that come by themselves; before listening, so that the bell does not tell of their list.
    mutating func nextWait() -> [Action] {
        guard !self.isWaiting else { return [] }
        // Messages that would only be held, others may be waiting for.
        let isFree = self.running.count + self.backlog.count + self.asked < self.concurrency
        let wantsMore = self.isDry && !self.isBurst && self.room > 0
        if self.mayWait, self.canWait, wantsMore, isFree {
            // Waiting again secures what has arrived.
            (self.isWaiting, self.isUnsecured, self.isDeaf) = (true, false, true)
            return [.wait]
        }
        var actions: [Action] = []
        if self.isUnsecured { actions.append(.secure) }
        self.isUnsecured = false
        // A worker that has no room, or claims, will wait again before it listens.
        if self.isDeaf, wantsMore {
            self.isDeaf = false
            actions.append(.hearAll)
        }
        return actions
    }

    /// A message that came by itself; if the worker has become busy meanwhile, somebody else gets it.
    mutating func receive(_ arrival: Arrival) {
        (self.isWaiting, self.isUnsecured) = (false, true)
        if !arrival.isAlone { self.isDry = false }
        if arrival.isFrequent { self.canWait = false }
        let message = arrival.message
        let hasRoom = self.room > 0
        self.leases.take(message.claim, at: arrival.leased)
        if hasRoom {
            self.backlog.append(Delivery(message: message, clock: BrokerClock(arrival.now)))
        } else {
            self.finished.append(message.settlement(.release))
        }
    }
}
