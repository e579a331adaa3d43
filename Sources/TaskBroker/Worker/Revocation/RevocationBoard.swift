import CeleryProtocol
import Synchronization

/// What is revoked, for everybody in a worker who has to know: round trips write it, tasks that start read it.
///
/// Who looks here after a claim was answered sees everything that was revoked before the claim: replies are learned before their
/// messages are handed out.
final class RevocationBoard: Sendable {
    private let ledger: Mutex<RevocationLedger>
    private let clock = Mutex<BrokerClock?>(nil)

    init(_ limits: RevocationLimits) {
        self.ledger = Mutex(RevocationLedger(limits))
    }
}

extension RevocationBoard {
    /// Up to where the broker's log was read.
    var cursor: Timestamp { self.ledger.withLock(\.cursor) }

    /// Takes over a part of the log; returns what was not known before.
    func learn(_ update: RevocationUpdate, at now: Timestamp) -> [Revocation] {
        defer { self.forgetExcess() }
        return self.ledger.withLock { $0.learn(update, at: now) }
    }

    /// Takes over the ids that another worker knows: it has done everything else about them.
    func merge(_ ids: [String], at now: Timestamp) {
        self.ledger.withLock { $0.merge(ids, at: now) }
        self.forgetExcess()
    }

    /// Takes over what a command says.
    func learn(_ revocations: [Revocation], at now: Timestamp) {
        self.ledger.withLock { ledger in
            for revocation in revocations { _ = ledger.learn(RevocationEntry(revocation, at: now), at: now) }
        }
        self.forgetExcess()
    }

    /// Sorts a copy, for tens of thousands of records take longer than a task that starts should wait for the lock.
    private func forgetExcess() {
        guard let copy = self.ledger.withLock({ $0.isOverfull ? $0 : nil }) else { return }
        let excess = copy.excess
        self.ledger.withLock { $0.forget(excess) }
    }

    /// Hands over the ids of the tasks that are to be stored as revoked, each once.
    func takeUnmarked() -> [String] {
        self.ledger.withLock { $0.takeUnmarked() }
    }

    /// Takes tasks off the list of ``takeUnmarked()`` that will say themselves how they end.
    func spare(_ taskIDs: Set<String>) {
        self.ledger.withLock { $0.spare(taskIDs) }
    }

    /// Whether a task must not start.
    func revokes(_ headers: TaskHeaders, at now: Timestamp) -> Bool {
        self.ledger.withLock { $0.revokes(headers, at: now) }
    }

    /// Whether a task must be stopped.
    func terminates(_ headers: TaskHeaders, at now: Timestamp) -> Bool {
        self.ledger.withLock { $0.terminates(headers, at: now) }
    }

    /// The ids that are revoked, the oldest first; with those that only other workers have told of, or without.
    func taskIDs(at now: Timestamp, includingMerged: Bool) -> [String] {
        // The copy costs nothing, and sorting it holds nobody up.
        let ledger = self.ledger.withLock { $0 }
        return ledger.taskIDs(at: now, includingMerged: includingMerged)
    }
}

// MARK: Time

extension RevocationBoard {
    /// What time it is by the broker's clock, which the times in its log are of; `nil` before it has told the time.
    var brokerTime: Timestamp? { self.clock.withLock { $0?.now } }

    /// Notes what time it is by the broker's clock.
    func setClock(_ clock: BrokerClock) {
        self.clock.withLock { $0 = clock }
    }
}
