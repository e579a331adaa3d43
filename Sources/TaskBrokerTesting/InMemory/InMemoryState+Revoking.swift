import CeleryProtocol
import TaskBroker

extension InMemoryState {
    /// Enters revocations into the log and trims it.
    mutating func revoke(_ revocations: [Revocation], _ limits: RevocationLimits) {
        let now = self.clock.now
        for revocation in revocations {
            self.revocations.removeAll { $0.revocation == revocation }
            let last = self.revocations.last?.time ?? Timestamp(microseconds: 0)
            self.revocations.append(RevocationEntry(revocation, at: max(now, last.adding(.milliseconds(1)))))
        }
        self.revocations.removeAll { $0.time.adding(limits.lifetime) <= now }
        self.revocations = self.revocations.suffix(limits.maximumCount)
    }

    /// What was revoked after a place in the log; `nil` if that is nothing.
    func revocations(after cursor: Timestamp) -> RevocationUpdate? {
        let entries = self.revocations.filter { $0.time > cursor }
        return entries.last.map { RevocationUpdate(entries: entries, cursor: $0.time) }
    }
}
