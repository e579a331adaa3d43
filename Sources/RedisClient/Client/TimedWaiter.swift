import NIOCore

/// A suspended task and the timer that will wake it if nothing else does.
///
/// The timer belongs to the event loop: a task group that races a sleep against the event would cost two more tasks.
struct TimedWaiter<Value: Sendable>: Sendable {
    /// What is resumed.
    typealias Continuation = CheckedContinuation<Result<Value, RedisError>, Never>

    private let continuation: Continuation
    private let timeout: Scheduled<Void>

    /// Arms the timer.
    ///
    /// - Parameter expired: Runs on the event loop when the deadline passes; it finds the waiter and resumes it.
    init(
        _ continuation: Continuation,
        on eventLoop: any EventLoop,
        until deadline: NIODeadline,
        expired: @escaping @Sendable () -> Void
    ) {
        self.continuation = continuation
        self.timeout = eventLoop.scheduleTask(deadline: deadline, expired)
    }

    /// Wakes the task; to be called once.
    func resume(_ result: Result<Value, RedisError>) {
        self.timeout.cancel()
        self.continuation.resume(returning: result)
    }
}
