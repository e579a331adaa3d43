package import CeleryProtocol

/// The time limits of one run.
///
/// In this process both limits cancel the task: a soft one gives it the chance to return something all the same, until the hard
/// one is over. Only a host that is a process of its own can stop a task that ignores cancellation.
package struct TimeLimits: Sendable, Hashable {
    /// After this long the task is asked to end.
    package var soft: Duration?
    /// After this long nothing that it returns counts.
    package var hard: Duration?

    package init(soft: Duration? = nil, hard: Duration? = nil) {
        self.soft = soft
        self.hard = hard
    }
}

extension TimeLimits {
    /// The limits that a message sets.
    init(_ headers: TaskHeaders) {
        self.init(
            soft: headers.softTimeLimit.map { Duration(inSeconds: $0) },
            hard: headers.timeLimit.map { Duration(inSeconds: $0) }
        )
    }

    /// The limits that options set.
    package init(_ options: TaskOptions) {
        self.init(soft: options.softTimeLimit, hard: options.timeLimit)
    }

    /// These limits, the open ones taken from `other` (celery-wire §4.3).
    func inheriting(from other: TimeLimits) -> TimeLimits {
        TimeLimits(soft: self.soft ?? other.soft, hard: self.hard ?? other.hard)
    }

    /// Runs `body` and cancels it when its time is over.
    ///
    /// After the soft limit the task still decides what becomes of it, as in Celery, where it catches the limit: a value counts, and
    /// so does what it throws, such as a retry, unless that only says that it was cancelled. After the hard one nothing counts.
    ///
    /// - Throws: What `body` throws, or ``TimeLimitExceeded``.
    func enforce(_ body: @escaping @Sendable () async throws -> JSONValue) async throws -> JSONValue {
        guard let first = [self.soft, self.hard].compactMap(\.self).min() else { return try await body() }
        let start = ContinuousClock.now
        return try await withThrowingTaskGroup(of: JSONValue?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                // Ends early when the task is cancelled from outside; what it makes of that is its own affair.
                try? await Task.sleep(for: first)
                return nil
            }
            defer { group.cancelAll() }
            if let value = try await group.next(), let value { return value }
            let isOver = !Task.isCancelled
            group.cancelAll()
            guard isOver else {
                guard let value = try await group.next(), let value else { throw CancellationError() }
                return value
            }
            let late = await group.nextResult()
            let excess = self.excess(after: start.duration(to: .now))
            guard excess.isSoft else { throw excess }
            switch late {
            case .success(let value?): return value
            case .failure(let error) where !Self.isCancellation(error): throw error
            default: throw excess
            }
        }
    }

    /// Whether an error only says that the task was cancelled.
    private static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || (error as? TaskBrokerError)?.code == .cancelled
    }

    /// Which limit a task has exceeded that ended after `elapsed`, at least one of them being over.
    func excess(after elapsed: Duration) -> TimeLimitExceeded {
        if let hard, elapsed >= hard || self.soft == nil { return TimeLimitExceeded(duration: hard, isSoft: false) }
        return TimeLimitExceeded(duration: self.soft ?? elapsed, isSoft: true)
    }
}

/// A task ran longer than it may; stored under the names that Celery's pool uses.
package struct TimeLimitExceeded: ExceptionConvertible, Hashable {
    let duration: Duration
    let isSoft: Bool

    package init(duration: Duration, isSoft: Bool) {
        self.duration = duration
        self.isSoft = isSoft
    }

    package var exception: ExceptionDocument {
        let seconds = self.duration.inSeconds
        // Python prints 5, not 5.0, for a limit that was given as an integer.
        let value = Int64(exactly: seconds).map(JSONValue.integer) ?? .double(seconds)
        return ExceptionDocument(
            type: self.isSoft ? "SoftTimeLimitExceeded" : "TimeLimitExceeded",
            message: self.isSoft ? [] : [value],
            module: "billiard.exceptions"
        )
    }
}
