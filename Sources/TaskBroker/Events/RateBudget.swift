/// How many things may be done now, if at most so many may be done per second.
///
/// What was not used is saved up for one second, not longer.
struct RateBudget: Sendable {
    private let rate: Double
    private var saved: Double
    private var last: ContinuousClock.Instant

    init(perSecond rate: Int, now: ContinuousClock.Instant) {
        self.rate = Double(max(1, rate))
        self.saved = self.rate
        self.last = now
    }
}

extension RateBudget {
    /// Takes as much as there is, at most `wanted`.
    mutating func take(_ wanted: Int, now: ContinuousClock.Instant) -> Int {
        self.saved = min(self.rate, self.saved + max(0, self.last.duration(to: now).inSeconds) * self.rate)
        self.last = now
        let taken = min(max(0, wanted), Int(self.saved))
        self.saved -= Double(taken)
        return taken
    }

    /// Gives back what was taken and not used.
    mutating func giveBack(_ count: Int) {
        self.saved = min(self.rate, self.saved + Double(max(0, count)))
    }
}
