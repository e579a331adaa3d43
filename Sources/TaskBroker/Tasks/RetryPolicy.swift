/// Which errors make a task run again, and how.
///
/// ```swift
/// .exponentialBackoff(maxRetries: 5)
///     .except(NotFound.self)
///     .on(RateLimited.self, .fixed(.seconds(30), maxRetries: nil))
///     .within(.seconds(3_600))
/// ```
///
/// Rules are asked in the order in which they were added, the policy's own schedule last. A retry that a task asks for itself
/// (``TaskContext/retry(after:maxRetries:cause:)``) uses the policy's own schedule.
public struct RetryPolicy: Sendable {
    struct Rule: Sendable {
        let matches: @Sendable (any Error) -> Bool
        /// `nil`: no retry.
        let schedule: RetrySchedule?
    }

    /// What applies to errors that no rule matches; `nil`: no retry.
    public var schedule: RetrySchedule?
    var rules: [Rule] = []
    /// How long after its first start, in seconds, a task may still be retried, whichever schedule applies.
    var budget: Double?

    /// Creates a policy that retries every error by `schedule`.
    public init(_ schedule: RetrySchedule?) {
        self.schedule = schedule
    }
}

extension RetryPolicy {
    /// No retries but those that the task asks for itself.
    public static var never: Self { .init(nil) }

    /// The same delay every time.
    public static func fixed(_ delay: Duration, maxRetries: Int? = 3) -> Self {
        .init(.fixed(delay, maxRetries: maxRetries))
    }

    /// Delays that double, with full jitter.
    public static func exponentialBackoff(
        base: Duration = .seconds(1),
        maximum: Duration = .seconds(600),
        maxRetries: Int? = 3,
        isJittered: Bool = true
    ) -> Self {
        .init(.exponentialBackoff(base: base, maximum: maximum, maxRetries: maxRetries, isJittered: isJittered))
    }
}

// MARK: Choosing errors

extension RetryPolicy {
    /// Retries only the errors for which `predicate` is true.
    public func when(_ predicate: @escaping @Sendable (any Error) -> Bool) -> Self {
        self.adding(Rule(matches: { !predicate($0) }, schedule: nil))
    }

    /// Retries only errors of a type.
    public func only<Failure: Error>(_ type: Failure.Type) -> Self {
        self.when { $0 is Failure }
    }

    /// Never retries errors of a type.
    public func except<Failure: Error>(_ type: Failure.Type) -> Self {
        self.adding(Rule(matches: { $0 is Failure }, schedule: nil))
    }

    /// Retries errors of a type by a schedule of their own.
    public func on<Failure: Error>(_ type: Failure.Type, _ schedule: RetrySchedule) -> Self {
        self.adding(Rule(matches: { $0 is Failure }, schedule: schedule))
    }

    /// Retries no task for longer than `budget` after its first start.
    public func within(_ budget: Duration) -> Self {
        var policy = self
        policy.budget = budget.inSeconds
        return policy
    }

    private func adding(_ rule: Rule) -> Self {
        var policy = self
        policy.rules.append(rule)
        return policy
    }
}

// MARK: Deciding

extension RetryPolicy {
    /// The schedule for `error`, or `nil` when it is not retried.
    ///
    /// - Parameter override: The schedule of the call, which stands in for the policy's own.
    func schedule(for error: any Error, override: RetrySchedule?) -> RetrySchedule? {
        if let rule = self.rules.first(where: { $0.matches(error) }) { return self.limited(rule.schedule) }
        return self.ownSchedule(override: override)
    }

    /// The schedule for a retry that the task asks for itself.
    func ownSchedule(override: RetrySchedule?) -> RetrySchedule? {
        self.limited(override ?? self.schedule)
    }

    private func limited(_ schedule: RetrySchedule?) -> RetrySchedule? {
        guard var schedule else { return nil }
        schedule.budget = schedule.budget ?? self.budget
        return schedule
    }
}
