import CeleryProtocol

/// The time limits of one run.
///
/// In this process both limits cancel the task: a soft one gives it the chance to return something, a hard one takes its
/// result away. Only a host that is a process of its own can stop a task that ignores cancellation.
struct TimeLimits: Sendable {
    let soft: Duration?
    let hard: Duration?

    /// The limits of the message, else the task's own (celery-wire §4.3).
    init(_ headers: TaskHeaders, _ options: TaskOptions) {
        self.soft = headers.softTimeLimit.map { Duration(inSeconds: $0) } ?? options.softTimeLimit
        self.hard = headers.timeLimit.map { Duration(inSeconds: $0) } ?? options.timeLimit
    }

    /// Runs `body` and cancels it when a limit is over.
    func enforce(_ body: @escaping @Sendable () async throws -> JSONValue) async throws -> JSONValue {
        guard self.soft != nil || self.hard != nil else { return try await body() }
        return try await withThrowingTaskGroup(of: JSONValue?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: min(self.soft ?? .seconds(.max), self.hard ?? .seconds(.max)))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else {
                group.cancelAll()
                return try await self.valueAfterCancellation(&group)
            }
            return value
        }
    }

    /// A task that returns a value in spite of its soft limit has used its grace well; anything else is the limit's doing.
    private func valueAfterCancellation(
        _ group: inout ThrowingTaskGroup<JSONValue?, any Error>
    ) async throws -> JSONValue {
        let isSoft = (self.soft ?? .seconds(.max)) < (self.hard ?? .seconds(.max))
        let value = try? await group.next()
        if isSoft, let value, let value { return value }
        throw TimeLimitExceeded(isSoft: isSoft, limit: (isSoft ? self.soft : self.hard) ?? .zero)
    }
}

/// A task ran longer than it may; stored under the names that Celery's pool uses.
struct TimeLimitExceeded: ExceptionConvertible {
    let isSoft: Bool
    let limit: Duration

    var exception: ExceptionDocument {
        let seconds = self.limit.inSeconds
        // Python prints 5, not 5.0, for a limit that was given as an integer.
        let value: JSONValue = seconds == seconds.rounded() ? .integer(Int64(seconds)) : .double(seconds)
        return ExceptionDocument(
            type: self.isSoft ? "SoftTimeLimitExceeded" : "TimeLimitExceeded",
            message: self.isSoft ? [] : [value],
            module: "billiard.exceptions"
        )
    }
}
