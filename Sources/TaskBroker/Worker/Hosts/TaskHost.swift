package import CeleryProtocol

/// The half of a worker that runs user code.
///
/// The supervisor hands it decoded headers and undecoded bodies and gets back plain data, so that a host may as well be
/// another process.
package protocol TaskHost: Sendable {
    /// What the supervisor has to know about a task; `nil` for a task that the host does not know.
    func settings(of task: String) -> TaskSettings?

    /// The names of the tasks that the host knows.
    var taskNames: [String] { get }

    /// Runs one task; cancelling the calling Swift task cancels it.
    func execute(_ invocation: TaskInvocation) async -> TaskOutcome
}

/// What a supervisor has to know about a task that it cannot see.
package struct TaskSettings: Sendable, Hashable {
    /// Whether return values are thrown away unless the message says otherwise.
    package var ignoresResult: Bool

    package init(ignoresResult: Bool) {
        self.ignoresResult = ignoresResult
    }
}

/// One task to run.
package struct TaskInvocation: Sendable {
    /// The message, its body undecoded.
    package let envelope: Envelope
    /// How it was delivered.
    package let delivery: DeliveryInfo
    /// Whether states that the task reports are stored.
    package let storesResult: Bool
    /// The broker's time at which the task starts.
    package let started: Timestamp

    package init(envelope: Envelope, delivery: DeliveryInfo, storesResult: Bool, started: Timestamp) {
        self.envelope = envelope
        self.delivery = delivery
        self.storesResult = storesResult
        self.started = started
    }
}

/// How a task ended.
package enum TaskOutcome: Sendable {
    /// It returned a value.
    case success(JSONValue)
    /// It failed for good.
    case failure(ExceptionDocument, traceback: String?)
    /// It runs again after a delay.
    case retry(after: Duration, cause: ExceptionDocument?)
    /// It declined the message.
    case rejected(reason: String, requeue: Bool)
    /// It wants nothing stored.
    case ignored
    /// It was cancelled because the worker stops or its lease is lost: nobody's fault, to be run again.
    case cancelled
    /// The message cannot be run by anybody.
    case undeliverable(reason: String, ExceptionDocument)
}
