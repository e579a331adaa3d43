/// What comes of ``Consumer/waitForMessage(after:)``.
package enum WaitOutcome: Sendable {
    case arrived(Arrival)
    /// Nothing has come in time: it may be called again at once.
    case nothing
    /// Messages cannot be waited for at the moment: nothing comes of it to call it again before the lists have been looked at.
    case impossible
}

/// A message that was taken in the moment in which it arrived.
package struct Arrival: Sendable {
    /// The message, claimed.
    package var message: ClaimedMessage
    /// The broker's clock when the message was taken.
    package var now: Timestamp
    /// Whether its list had no other.
    package var isAlone: Bool
    /// Whether it came so soon that claims for several messages are worth more than waiting for the next.
    package var isFrequent: Bool
    /// When its lease began, or later: from then on it counts as one that was just taken.
    package var leased: ContinuousClock.Instant
    /// What was revoked before the message was taken; `nil` if that is nothing new.
    ///
    /// It has to be known before the task starts.
    package var revocations: RevocationUpdate?

    package init(
        message: ClaimedMessage,
        now: Timestamp,
        isAlone: Bool,
        isFrequent: Bool = false,
        leased: ContinuousClock.Instant,
        revocations: RevocationUpdate? = nil
    ) {
        self.message = message
        self.now = now
        self.isAlone = isAlone
        self.isFrequent = isFrequent
        self.leased = leased
        self.revocations = revocations
    }
}
