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
    func execute(_ invocation: TaskInvocation) async -> TaskReport

    /// Calls an error handler that this host knows with a task that failed (celery-wire §7.6).
    func handle(_ failed: FailedTask, with signature: SignatureNode) async

    /// Makes the messages of a canvas, as a producer of the app would.
    func messages(for calls: [CanvasCall]) async throws -> [Publication]
}

/// What a supervisor has to know about a task that it cannot see.
package struct TaskSettings: Sendable, Hashable {
    /// Whether return values are thrown away unless the message says otherwise.
    package var ignoresResult: Bool
    /// Whether the task is an error handler, which is called in the process of the task that failed.
    package var isErrorHandler: Bool
    /// How often it may start in a worker.
    package var rateLimit: RateLimit?
    /// How long it may run unless its message says otherwise.
    package var timeLimits: TimeLimits

    package init(
        ignoresResult: Bool,
        isErrorHandler: Bool = false,
        rateLimit: RateLimit? = nil,
        timeLimits: TimeLimits = TimeLimits()
    ) {
        self.ignoresResult = ignoresResult
        self.isErrorHandler = isErrorHandler
        self.rateLimit = rateLimit
        self.timeLimits = timeLimits
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
    /// How long it may run.
    package let limits: TimeLimits

    package init(
        envelope: Envelope,
        delivery: DeliveryInfo,
        storesResult: Bool,
        started: Timestamp,
        limits: TimeLimits = TimeLimits()
    ) {
        self.envelope = envelope
        self.delivery = delivery
        self.storesResult = storesResult
        self.started = started
        self.limits = limits
    }
}

/// What a host tells about one run.
package struct TaskReport: Sendable {
    /// How the task ended.
    package var outcome: TaskOutcome
    /// What follows the task; empty if its message could not be read that far.
    package var embed: TaskEmbed
    /// What the task sent while it ran.
    package var children: [ResultNode]

    package init(_ outcome: TaskOutcome, embed: TaskEmbed = TaskEmbed(), children: [ResultNode] = []) {
        self.outcome = outcome
        self.embed = embed
        self.children = children
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
    /// Something else takes its place and its id.
    case replaced(by: SignatureNode)
    /// It was cancelled because the worker stops or its lease is lost: nobody's fault, to be run again.
    case cancelled
    /// The message cannot be run by anybody.
    case undeliverable(reason: String, ExceptionDocument)
}
