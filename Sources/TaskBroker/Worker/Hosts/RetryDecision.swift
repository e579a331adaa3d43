import CeleryProtocol

/// What becomes of a task that threw: again, a fallback, or a failure.
struct RetryDecision: Sendable {
    let task: AnyTask
    let headers: TaskHeaders
    /// The broker's time at which this attempt started.
    let started: Timestamp

    /// How often a task may ask for a retry that says nothing else: Celery's `max_retries`.
    static let defaultMaxRetries = 3
    /// How long such a retry waits: Celery's `default_retry_delay`.
    static let defaultDelay: Duration = .seconds(180)

    func outcome(of error: any Error, _ body: TaskBody, random: Double = .random(in: 0...1)) -> TaskOutcome {
        switch error {
        case let retry as TaskRetry: self.outcome(of: retry, body, random)
        case let reject as TaskReject: .rejected(reason: reject.reason, requeue: reject.requeue)
        case is TaskIgnore: .ignored
        case is CancellationError where Task.isCancelled: .cancelled
        default: self.outcome(ofFailure: error, random)
        }
    }

    private func outcome(of retry: TaskRetry, _ body: TaskBody, _ random: Double) -> TaskOutcome {
        let schedule = RetrySchedule(headers: self.headers.custom) ?? self.task.retry.schedule
        let cause = retry.cause.map { ExceptionDocument($0) }
        let isLast = self.headers.retries >= (schedule.map(\.maxRetries) ?? Self.defaultMaxRetries) ?? .max
        let planned = schedule?.delay(afterRetries: self.headers.retries, age: self.age, random: random)
        guard !isLast, schedule == nil || planned != nil || retry.delay != nil else {
            return .failure(cause ?? self.maxRetriesExceeded(body), traceback: nil)
        }
        return .retry(after: retry.delay ?? planned ?? Self.defaultDelay, cause: cause)
    }

    private func outcome(ofFailure error: any Error, _ random: Double) -> TaskOutcome {
        let override = RetrySchedule(headers: self.headers.custom)
        if !(error is any FinalError),
            let schedule = self.task.retry.schedule(for: error, override: override),
            let delay = schedule.delay(afterRetries: self.headers.retries, age: self.age, random: random)
        {
            return .retry(after: delay, cause: ExceptionDocument(error))
        }
        do {
            if let value = try self.task.fallback(error) { return .success(value) }
        } catch {
            return .failure(ExceptionDocument(error), traceback: nil)
        }
        return .failure(ExceptionDocument(error), traceback: (error as? TaskFailure)?.traceback)
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
