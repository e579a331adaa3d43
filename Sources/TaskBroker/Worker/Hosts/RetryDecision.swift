package import CeleryProtocol

/// What becomes of a task that threw: again, a fallback, or a failure.
package struct RetryDecision: Sendable {
    /// Which errors run the task again.
    let policy: RetryPolicy
    /// The encoded fallback for an error, if the task has one.
    let fallback: @Sendable (any Error) throws -> JSONValue?
    let headers: TaskHeaders
    /// The broker's time at which this attempt started.
    let started: Timestamp

    package init(
        policy: RetryPolicy,
        fallback: @escaping @Sendable (any Error) throws -> JSONValue? = { _ in nil },
        headers: TaskHeaders,
        started: Timestamp
    ) {
        self.policy = policy
        self.fallback = fallback
        self.headers = headers
        self.started = started
    }

    init(task: AnyTask, headers: TaskHeaders, started: Timestamp) {
        self.init(policy: task.retry, fallback: task.fallback, headers: headers, started: started)
    }

    /// How often a task may ask for a retry that says nothing else: Celery's `max_retries`.
    static let defaultMaxRetries = 3
    /// How long such a retry waits: Celery's `default_retry_delay`.
    static let defaultDelay: Duration = .seconds(180)

    package func outcome(
        of error: any Error,
        _ body: TaskBody,
        random: Double = .random(in: 0...1)
    ) -> TaskOutcome {
        switch error {
        case let retry as TaskRetry: self.outcome(of: retry, body, random)
        case let reject as TaskReject: .rejected(reason: reject.reason, requeue: reject.requeue)
        case is TaskIgnore: .ignored
        case let replacement as TaskReplacement: .replaced(by: replacement.signature)
        // A cancelled task throws whatever its libraries make of it; none of that is its own failure.
        case _ where Task.isCancelled: .cancelled
        default: self.outcome(ofFailure: error, random)
        }
    }

    private func outcome(of retry: TaskRetry, _ body: TaskBody, _ random: Double) -> TaskOutcome {
        let schedule = self.policy.ownSchedule(override: RetrySchedule(headers: self.headers.custom))
        let cause = retry.cause.map { ExceptionDocument($0) }
        var plan = schedule ?? .fixed(Self.defaultDelay, maxRetries: Self.defaultMaxRetries)
        if let maxRetries = retry.maxRetries { plan.maxRetries = maxRetries }
        let delay = retry.delay ?? plan.delay(afterRetries: self.headers.retries, random: random)
        guard plan.permits(delay, afterRetries: self.headers.retries, age: self.age) else {
            return self.failure(cause ?? self.maxRetriesExceeded(body))
        }
        return .retry(after: delay, cause: cause)
    }

    private func outcome(ofFailure error: any Error, _ random: Double) -> TaskOutcome {
        let override = RetrySchedule(headers: self.headers.custom)
        if !(error is any FinalError),
            let schedule = self.policy.schedule(for: error, override: override)
        {
            let delay = schedule.delay(afterRetries: self.headers.retries, random: random)
            if schedule.permits(delay, afterRetries: self.headers.retries, age: self.age) {
                return .retry(after: delay, cause: ExceptionDocument(error))
            }
        }
        do {
            if let value = try self.fallback(error) { return .success(value) }
        } catch {
            return self.failure(ExceptionDocument(error))
        }
        return self.failure(ExceptionDocument(error), traceback: (error as? TaskFailure)?.traceback)
    }

    private func failure(_ exception: ExceptionDocument, traceback: String? = nil) -> TaskOutcome {
        .failure(exception, traceback: traceback ?? exception.traceback(in: self.place))
    }

    /// What a traceback names instead of a file and a line.
    private var place: String {
        let attempt = self.headers.retries == 0 ? "" : ", retry \(self.headers.retries)"
        return "Task \"\(self.headers.task)\", in Swift\(attempt)"
    }

    /// How long ago the task was started for the first time.
    private var age: Duration {
        guard let first = self.headers.custom[RetrySchedule.firstStartHeaderName]?.integerValue else { return .zero }
        let (age, overflow) = self.started.microseconds.subtractingReportingOverflow(first)
        return overflow ? .zero : .microseconds(max(age, 0))
    }

    private func maxRetriesExceeded(_ body: TaskBody) -> ExceptionDocument {
        let call = "args:\(PythonRepr.tuple(body.args)) kwargs:\(PythonRepr.dictionary(body.kwargs))"
        return ExceptionDocument(
            type: "MaxRetriesExceededError",
            message: [.string("Can't retry \(self.headers.task)[\(self.headers.id)] \(call)")],
            module: "celery.exceptions"
        )
    }
}

/// An error that another attempt cannot avoid: no policy retries it.
protocol FinalError: Error {}

extension ArgumentMismatch: FinalError {}
