/// Whether a consumer goes first after a ring, without a pause: a pure decision.
///
/// Every idle worker hears a ring, and one message is enough for one of them. Who got something after the ring before goes first, as in a pool of
/// threads that is served from the end: its caches are warm, and while few tasks come the others stay out of its way. Only while it is idle:
/// otherwise one worker would fill up with long tasks beside others that have none. If there are several, or none, the next ring finds out.
struct RingPrecedence: Sendable {
    private(set) var goesFirst = false
    /// Whether the next claim is the answer to a ring.
    private var isAnswering = false
}

extension RingPrecedence {
    /// Notes that a ring leads to a claim.
    mutating func beginAnswer() { self.isAnswering = true }

    /// Notes that others had taken everything before this one looked.
    mutating func noteVainLook() { self.goesFirst = false }

    /// Notes how many messages a claim has brought.
    mutating func noteClaim(of count: Int) {
        guard self.isAnswering else { return }
        self.isAnswering = false
        self.goesFirst = count > 0
    }
}
