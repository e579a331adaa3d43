import RedisClient

/// When a batch of messages is sent again: a pure decision.
struct PublishAttempts: Sendable {
    /// The longest pause between two looks at a full queue.
    private static let longestPause = Duration.milliseconds(250)

    private let start: ContinuousClock.Instant
    /// Until when sending may be repeated after a failure; not at all without a key.
    private let window: Duration
    private var refusals = 0
    /// How often sending has failed.
    private(set) var failures = 0
    /// Whether one of the attempts may have arrived.
    ///
    /// It stays so, whatever becomes of the others.
    private(set) var isUncertain = false

    init(window: Duration, start: ContinuousClock.Instant = .now) {
        self.window = window
        self.start = start
    }
}

extension PublishAttempts {
    /// When to send again after a failure; `nil` to give up.
    mutating func resumption(
        after error: RedisError,
        now: ContinuousClock.Instant = .now
    ) -> ContinuousClock.Instant? {
        self.failures += 1
        self.isUncertain = self.isUncertain || error.mayHaveExecuted
        let resumption = now + Backoff.delay(afterFailures: self.failures)
        return Self.passes(error) && resumption < self.start + self.window ? resumption : nil
    }

    /// When to look again for room in a full queue; `nil` to give up.
    mutating func resumption(
        after refusal: Queue.OnFull,
        now: ContinuousClock.Instant = .now
    ) -> ContinuousClock.Instant? {
        guard case .block(let timeout) = refusal, now < self.start + timeout else { return nil }
        self.refusals += 1
        let pause = min(Backoff.delay(afterFailures: self.refusals), Self.longestPause)
        return min(now + pause, self.start + timeout)
    }

    /// Whether an error is one that another attempt may not meet: an outage, or a server that is starting.
    private static func passes(_ error: RedisError) -> Bool {
        error.code == .deadlineExceeded || error.remedy == .reconnect || error.serverPrefix == "LOADING"
    }
}
