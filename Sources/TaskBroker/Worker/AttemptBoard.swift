import Synchronization

/// What a worker is dealing with: the attempts that have been decoded and not ended, by their claims.
final class AttemptBoard: Sendable {
    private let attempts = Mutex<[Claim: Attempt]>([:])
}

extension AttemptBoard {
    /// Notes that an attempt begins.
    func enter(_ attempt: Attempt) {
        self.attempts.withLock { $0[attempt.message.claim] = attempt }
    }

    /// Notes that it has ended.
    func leave(_ attempt: Attempt) {
        self.attempts.withLock { $0[attempt.message.claim] = nil }
    }

    /// The attempts at this moment, in no order.
    var all: [Attempt] { self.attempts.withLock { Array($0.values) } }
}
