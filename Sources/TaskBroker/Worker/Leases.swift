/// What this worker holds, and until when it may be sure of it.
///
/// A lease counts from the moment at which the request that took or prolonged it was *sent*, less a tenth for the clocks, on
/// a clock that does not stop while the machine sleeps.
struct Leases: Sendable {
    private let duration: Duration
    private var deadlines: [Claim: ContinuousClock.Instant] = [:]

    init(duration: Duration) {
        self.duration = duration * 9 / 10
    }

    /// The claims that are held, to be renewed.
    var held: [Claim] { Array(self.deadlines.keys) }

    func contains(_ claim: Claim) -> Bool {
        self.deadlines[claim] != nil
    }

    mutating func take(_ claim: Claim, at sent: ContinuousClock.Instant) {
        self.deadlines[claim] = sent + self.duration
    }

    /// Prolongs those of `claims` that have not ended since they were sent to be renewed.
    ///
    /// Renewals that waited for a connection are answered together and in any order: what an earlier one says shortens nothing.
    mutating func renew(_ claims: [Claim], at sent: ContinuousClock.Instant) {
        let deadline = sent + self.duration
        for claim in claims {
            guard let known = self.deadlines[claim] else { continue }
            self.deadlines[claim] = max(known, deadline)
        }
    }

    mutating func end(_ claim: Claim) {
        self.deadlines[claim] = nil
    }

    /// Takes out the claims that may have been reaped by now.
    mutating func removeExpired(at now: ContinuousClock.Instant) -> [Claim] {
        let expired = self.deadlines.filter { $0.value <= now }.map(\.key)
        for claim in expired { self.deadlines[claim] = nil }
        return expired
    }
}
