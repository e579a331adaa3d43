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

    /// Makes the host ready, calls `body`, and ends whatever was started for it.
    ///
    /// Everything else is called while `body` runs.
    ///
    /// - Throws: ``TaskBrokerError`` if the host cannot run any task; `body` is not called then.
    func run(_ body: @escaping @Sendable () async -> Void) async throws(TaskBrokerError)

    /// Runs one task; cancelling the calling Swift task cancels it.
    func execute(_ invocation: TaskInvocation) async -> TaskReport

    /// Calls an error handler that this host knows with a task that failed (celery-wire §7.6).
    func handle(_ failed: FailedTask, with signature: SignatureNode) async

    /// Makes the messages of a canvas, as a producer of the app would.
    func messages(for calls: [CanvasCall]) async throws -> [Publication]

    /// Whether tasks run in other processes, so that whoever waits for one keeps no thread.
    var isElsewhere: Bool { get }

    /// What kind of host it is, for display: `taskbroker:InProcessHost`.
    var kindName: String { get }

    /// The processes that run tasks.
    var processIDs: [Int] { get }

    /// The process that runs the task of a claim, if one does.
    func processID(running claim: Claim) -> Int?

    /// Replaces the processes that run tasks by new ones, each when its tasks have ended.
    ///
    /// - Returns: Whether there are any that can be replaced.
    func restart() -> Bool
}

/// What is true of a host that has no processes of its own.
extension TaskHost {
    package func run(_ body: @escaping @Sendable () async -> Void) async throws(TaskBrokerError) { await body() }

    package var isElsewhere: Bool { false }

    package var kindName: String { "taskbroker:\(Self.self)" }

    package var processIDs: [Int] { [ProcessInfo.pid] }

    package func processID(running claim: Claim) -> Int? { ProcessInfo.pid }

    package func restart() -> Bool { false }
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
///
/// A class, as ``Envelope`` is: it goes from hand to hand while the task runs.
package final class TaskInvocation: Sendable {
    /// The claim, which names this run.
    package let claim: Claim
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
    /// The number that hosts know the run by if it runs once more because a host has died.
    let run: RunID?

    init(
        claim: Claim,
        envelope: Envelope,
        delivery: DeliveryInfo,
        storesResult: Bool,
        started: Timestamp,
        limits: TimeLimits,
        run: RunID? = nil
    ) {
        self.claim = claim
        self.envelope = envelope
        self.delivery = delivery
        self.storesResult = storesResult
        self.started = started
        self.limits = limits
        self.run = run
    }
}

extension TaskInvocation {
    /// The same run, after its host has died or before it had one.
    func again(as run: RunID) -> TaskInvocation {
        TaskInvocation(
            claim: self.claim,
            envelope: self.envelope,
            delivery: self.delivery,
            storesResult: self.storesResult,
            started: self.started,
            limits: self.limits,
            run: run
        )
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
    case undeliverable(reason: String, ExceptionDocument, traceback: String? = nil)
}
