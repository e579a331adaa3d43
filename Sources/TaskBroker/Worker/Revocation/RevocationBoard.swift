import CeleryProtocol
import Synchronization

/// What is revoked, for everybody in a worker who has to know: round trips write it, tasks that start read it.
///
/// Who looks here after a claim was answered sees everything that was revoked before the claim: replies are learned before their
/// messages are handed out.
final class RevocationBoard: Sendable {
    private let ledger: Mutex<RevocationLedger>

    init(_ limits: RevocationLimits) {
        self.ledger = Mutex(RevocationLedger(limits))
    }
}

extension RevocationBoard {
    /// Up to where the broker's log was read.
    var cursor: Timestamp { self.ledger.withLock(\.cursor) }

    /// Takes over a part of the log; returns what was not known before.
    func learn(_ update: RevocationUpdate, at now: Timestamp) -> [Revocation] {
        self.ledger.withLock { $0.learn(update, at: now) }
    }

    /// Takes over what another worker knows: it has done everything else about it.
    func remember(_ revocations: [Revocation], at now: Timestamp) {
        self.ledger.withLock { ledger in
            for revocation in revocations { ledger.note(RevocationEntry(revocation, at: now)) }
        }
    }

    /// Takes over what a command says.
    func learn(_ revocations: [Revocation], at now: Timestamp) {
        self.ledger.withLock { ledger in
            for revocation in revocations { _ = ledger.learn(RevocationEntry(revocation, at: now), at: now) }
        }
    }

    /// Hands over the ids of the tasks that are to be stored as revoked, each once.
    func takeUnmarked() -> [String] {
        self.ledger.withLock { $0.takeUnmarked() }
    }

    /// Whether a task must not start.
    func revokes(_ headers: TaskHeaders, at now: Timestamp) -> Bool {
        self.ledger.withLock { $0.revokes(headers, at: now) }
    }

    /// Whether a task must be stopped.
    func terminates(_ headers: TaskHeaders, at now: Timestamp) -> Bool {
        self.ledger.withLock { $0.terminates(headers, at: now) }
    }

    /// The ids that are revoked, the oldest first.
    func taskIDs(at now: Timestamp) -> [String] {
        self.ledger.withLock { $0.taskIDs(at: now) }
    }
}
