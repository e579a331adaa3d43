import CeleryProtocol

/// Thrown by a task to run again later; made by ``TaskContext/retry(after:maxRetries:cause:)``.
public struct TaskRetry: Error {
    let delay: Duration?
    var maxRetries: Int?
    let cause: (any Error)?

    package init(delay: Duration? = nil, maxRetries: Int? = nil, cause: (any Error)? = nil) {
        self.delay = delay
        self.maxRetries = maxRetries
        self.cause = cause
    }
}

/// Thrown by a task to decline its message without a result.
///
/// With `requeue`, the message goes back to the tail of its queue; without, the task ends as `FAILURE` with `Reject`
/// (Celery's `Reject`).
public struct TaskReject: Error {
    let reason: String
    let requeue: Bool

    /// Creates a rejection.
    public init(_ reason: String, requeue: Bool = false) {
        self.reason = reason
        self.requeue = requeue
    }
}

/// Thrown by a task to let something else take its place; made by ``TaskContext/replace(with:)``.
public struct TaskReplacement: Error {
    let signature: SignatureNode
}

/// Thrown by a task to end without storing anything (Celery's `Ignore`).
public struct TaskIgnore: Error {
    /// Creates it.
    public init() {}
}
