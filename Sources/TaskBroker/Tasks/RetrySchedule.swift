/// How often a failed task runs again, and after which delays.
///
/// A plain value: it can travel with a message (``TaskOptions/retry``), so that one call may be retried differently.
public struct RetrySchedule: Hashable, Sendable, Codable {
    /// How often the task runs again at most; `nil` for no limit but the ``budget``.
    public var maxRetries: Int?
    /// The delay before the first retry, in seconds.
    public var base: Double
    /// What each further delay is multiplied by; 1 for a fixed delay.
    public var factor: Double
    /// No delay is longer than this, in seconds.
    public var maximum: Double
    /// Whether a delay is drawn at random from zero to its length ("full jitter", as Celery's `retry_jitter`).
    public var isJittered: Bool
    /// How long after its first start, in seconds, a task may still be retried.
    public var budget: Double?

    /// Creates a schedule.
    public init(
        maxRetries: Int?,
        base: Duration,
        factor: Double = 1,
        maximum: Duration = .seconds(600),
        isJittered: Bool = false,
        budget: Duration? = nil
    ) {
        self.maxRetries = maxRetries
        self.base = base.inSeconds
        self.factor = factor
        self.maximum = maximum.inSeconds
        self.isJittered = isJittered
        self.budget = budget?.inSeconds
    }
}

extension RetrySchedule {
    /// The same delay every time.
    public static func fixed(_ delay: Duration, maxRetries: Int? = 3) -> Self {
        .init(maxRetries: maxRetries, base: delay, maximum: max(delay, .seconds(600)))
    }

    /// Delays that double, up to `maximum`; Celery's `retry_backoff` with its limits and its jitter.
    public static func exponentialBackoff(
        base: Duration = .seconds(1),
        maximum: Duration = .seconds(600),
        maxRetries: Int? = 3,
        isJittered: Bool = true
    ) -> Self {
        .init(maxRetries: maxRetries, base: base, factor: 2, maximum: maximum, isJittered: isJittered)
    }

    /// The delay after `retries` retries.
    ///
    /// - Parameter random: A number from 0 to 1 for the jitter.
    func delay(afterRetries retries: Int, random: Double) -> Duration {
        let delay = min(self.base * self.growth(retries), self.maximum)
        return Duration(inSeconds: self.isJittered ? delay * random : delay)
    }

    /// Whether a task may run again after `delay`, or has had its chances.
    ///
    /// - Parameters:
    ///   - delay: The delay, which may be another than the schedule's own: a task can choose one.
    ///   - retries: How often the task was retried before.
    ///   - age: How long ago it was started for the first time.
    func permits(_ delay: Duration, afterRetries retries: Int, age: Duration) -> Bool {
        if let maxRetries, retries >= maxRetries { return false }
        guard let budget else { return true }
        return age.inSeconds + delay.inSeconds <= budget
    }

    /// `factor` to the power of `retries`, without overflow: a schedule may come from a message.
    private func growth(_ retries: Int) -> Double {
        guard self.factor > 1 else { return 1 }
        var growth = 1.0
        for _ in 0..<min(max(retries, 0), 64) { growth *= self.factor }
        return growth
    }
}
