import CeleryProtocol

/// One run of a claimed message.
struct Attempt: Sendable {
    /// The claim.
    let message: ClaimedMessage
    /// The message, its body undecoded.
    let envelope: Envelope
    /// Whether its result is stored.
    var storesResult: Bool
    /// The broker's time at which it began.
    let started: Timestamp

    var headers: TaskHeaders { self.envelope.headers }
}
