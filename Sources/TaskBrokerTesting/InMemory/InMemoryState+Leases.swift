import CeleryProtocol
import TaskBroker

extension InMemoryState {
    /// Prolongs leases; returns the claims that are lost.
    ///
    /// A lost lease is never made anew.
    mutating func renew(_ claims: [Claim], by number: Int) -> [Claim] {
        guard let consumer = self.consumers[number] else { return claims }
        let deadline = self.clock.now.adding(consumer.lease)
        return claims.filter { claim in
            guard self.held[claim.id] != nil else { return true }
            self.held[claim.id]?.deadline = deadline
            return false
        }
    }

    /// Brings back what was left behind by those who are gone.
    ///
    /// A worker in this process renews its leases in real time, which the virtual clock outruns. So only the leases of a consumer
    /// that was killed ever run out.
    mutating func reap() {
        self.reap { [now = self.clock.now] message, isKilled in isKilled && message.deadline <= now }
    }

    /// Takes every lease away at once, those of living workers too.
    mutating func expireLeases() {
        self.reap { _, _ in true }
    }

    /// When the first lease runs out that nobody renews, of the messages of these lists.
    func nextLoss(in addresses: Set<ListAddress>) -> Timestamp? {
        self.held.values
            .filter { self.isKilled($0) && addresses.contains(ListAddress($0.claim)) }
            .map(\.deadline)
            .min()
    }

    /// Whether somebody may still settle what is held.
    var isAnythingRunning: Bool { !self.held.values.allSatisfy(self.isKilled) }

    private func isKilled(_ message: HeldMessage) -> Bool {
        self.consumers[message.consumer]?.life == .killed
    }

    private mutating func reap(_ isLost: (HeldMessage, _ isKilled: Bool) -> Bool) {
        let lost = self.held.values
            .filter { isLost($0, self.isKilled($0)) }
            .sorted { ($0.deadline, $0.claim.id) < ($1.deadline, $1.claim.id) }
        for message in lost {
            let address = ListAddress(message.claim)
            self.held[message.claim.id] = nil
            self.counters[MessageIdentity(address: address, raw: message.raw), default: DeliveryCounters()]
                .redeliveries += 1
        }
        for (address, messages) in Dictionary(grouping: lost, by: { ListAddress($0.claim) }) {
            self.lists[address, default: MessageList()].prepend(messages.map(\.raw))
        }
    }
}
