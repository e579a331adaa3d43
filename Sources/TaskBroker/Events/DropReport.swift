/// Decides when to say how much was dropped: at once, and then not again before some time has passed.
struct DropReport: Sendable {
    private let interval: Duration
    private var reported = 0
    private var last: ContinuousClock.Instant?

    init(interval: Duration) {
        self.interval = interval
    }
}

extension DropReport {
    /// How much to say was dropped since the last report; `nil` to say nothing now.
    ///
    /// - Parameter total: How much was dropped since the beginning.
    mutating func count(of total: Int, at now: ContinuousClock.Instant) -> Int? {
        guard total != self.reported else { return nil }
        if let last = self.last, last.duration(to: now) < self.interval { return nil }
        defer { self.reported = total }
        self.last = now
        return total &- self.reported
    }
}
