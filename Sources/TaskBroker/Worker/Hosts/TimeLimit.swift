import CeleryProtocol

/// The time limit of one run.
///
/// In this process a soft and a hard limit both cancel the task: a soft one gives it the chance to return something all the
/// same, a hard one does not. Only a host that is a process of its own can stop a task that ignores cancellation.
struct TimeLimit: Sendable, Hashable {
    let duration: Duration
    let isSoft: Bool
}

extension TimeLimit {
    /// The limit that comes first, of the message's, else of the task's own (celery-wire §4.3).
    init?(_ headers: TaskHeaders, _ options: TaskOptions) {
        let soft = headers.softTimeLimit.map { Duration(inSeconds: $0) } ?? options.softTimeLimit
        let hard = headers.timeLimit.map { Duration(inSeconds: $0) } ?? options.timeLimit
        switch (soft, hard) {
        case (nil, nil): return nil
        case (let soft?, let hard?) where soft >= hard: self.init(duration: hard, isSoft: false)
        case (let soft?, _): self.init(duration: soft, isSoft: true)
        case (nil, let hard?): self.init(duration: hard, isSoft: false)
        }
    }

    /// Runs `body` and cancels it when its time is over.
    func enforce(_ body: @escaping @Sendable () async throws -> JSONValue) async throws -> JSONValue {
        try await withThrowingTaskGroup(of: JSONValue?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                // Ends early when the task is cancelled from outside; what it makes of that is its own affair.
                try? await Task.sleep(for: self.duration)
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
            let late = try? await group.next()
            if self.isSoft, let value = late, let value { return value }
            throw TimeLimitExceeded(limit: self)
        }
    }
}

/// A task ran longer than it may; stored under the names that Celery's pool uses.
struct TimeLimitExceeded: ExceptionConvertible {
    let limit: TimeLimit

    var exception: ExceptionDocument {
        let seconds = self.limit.duration.inSeconds
        // Python prints 5, not 5.0, for a limit that was given as an integer.
        let value = Int64(exactly: seconds).map(JSONValue.integer) ?? .double(seconds)
        return ExceptionDocument(
            type: self.limit.isSoft ? "SoftTimeLimitExceeded" : "TimeLimitExceeded",
            message: self.limit.isSoft ? [] : [value],
            module: "billiard.exceptions"
        )
    }
}
