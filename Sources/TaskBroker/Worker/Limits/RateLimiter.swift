import CeleryProtocol

/// Which tasks may start now under the rate limits of a worker: a pure value.
struct RateLimiter: Sendable {
    private var schedules: [String: StartSchedule] = [:]
}

extension RateLimiter {
    /// Whether a message may start; if not, until when to put it aside.
    ///
    /// A limit that has changed begins anew: the slots that were given under the old one are void.
    mutating func admit(_ id: String, of task: String, under limit: RateLimit, at now: Timestamp) -> Timestamp? {
        guard !limit.isUnlimited else {
            self.schedules[task] = nil
            return nil
        }
        let known = self.schedules.removeValue(forKey: task)
        var schedule =
            known.flatMap { $0.interval == limit.interval ? $0 : nil } ?? StartSchedule(interval: limit.interval)
        defer { self.schedules[task] = schedule }
        return schedule.admit(id, at: now)
    }
}
