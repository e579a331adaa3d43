/// Collects the damage that a consumer meets while it moves messages, and decides when to tell of it: at once, and then not again before
/// ten seconds have passed.
struct DamageReport: Sendable {
    private static let interval = Duration.seconds(10)

    private var missing: [String: Int] = [:]
    private var broken: Set<String> = []
    private var last: ContinuousClock.Instant?

    init() {}
}

extension DamageReport {
    /// What to tell.
    struct Summary: Sendable, Hashable {
        /// By queue, how many messages have lost their bytes.
        var missing: [String: Int]
        /// The keys that hold something of another type.
        var broken: Set<String>
    }

    mutating func noteMissing(_ count: Int, in queue: String) {
        guard count > 0 else { return }
        self.missing[queue, default: 0] += count
    }

    mutating func noteBroken(_ keys: some Sequence<String>) {
        self.broken.formUnion(keys)
    }

    /// What has been noted since the last summary; `nil` to say nothing now.
    mutating func summary(at now: ContinuousClock.Instant) -> Summary? {
        guard !self.missing.isEmpty || !self.broken.isEmpty else { return nil }
        if let last = self.last, last.duration(to: now) < Self.interval { return nil }
        defer {
            self = DamageReport()
            self.last = now
        }
        return Summary(missing: self.missing, broken: self.broken)
    }
}
