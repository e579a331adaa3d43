/// The settings of an app, with Celery's defaults.
public struct TaskAppConfiguration: Sendable {
    /// The declared queues: what a worker without `-Q` takes from (`task_queues`).
    public var queues: [Queue]
    /// Where tasks go, by name; the first match decides (`task_routes`).
    public var routes: [Route]
    /// The queue of tasks that nothing else routes (`task_default_queue`).
    public var defaultQueue: String
    /// Whether a call may name a queue that is not declared (`task_create_missing_queues`).
    public var createsMissingQueues: Bool
    /// What calls and tasks inherit that leave an option open.
    public var taskDefaults: TaskOptions
    /// How long results are kept; `nil` for ever (`result_expires`).
    public var resultExpires: Duration?
    /// Whether results tell the task's name, arguments, worker, queue and retries (`result_extended`).
    public var resultExtended: Bool
    /// The most bytes that a returned value may have as JSON; a task that returns a larger one ends as `FAILURE`.
    public var maxResultBytes: Int
    /// Whether a `STARTED` result is stored before a task runs (`task_track_started`).
    public var tracksStarted: Bool
    /// How long revocations are remembered; has to outlast every delayed task, and to be the same in all programs.
    public var revokesExpire: Duration
    /// Whether monitors are told of each task that is sent (`task_send_sent_event`).
    public var sendsSentEvent: Bool
    /// The exchange that events go to and are heard on, those of workers and of producers (`event_exchange`).
    public var eventExchange: String
    /// The secret with which commands to workers are signed, and with which workers check them; see ``ControlPolicy``.
    public var controlKey: ControlKey?

    /// Creates a configuration.
    public init(
        queues: [Queue] = [],
        routes: [Route] = [],
        defaultQueue: String = "celery",
        createsMissingQueues: Bool = true,
        taskDefaults: TaskOptions = .init(),
        resultExpires: Duration? = .seconds(86_400),
        resultExtended: Bool = false,
        maxResultBytes: Int = 1 << 20,
        tracksStarted: Bool = false,
        revokesExpire: Duration = .seconds(7 * 86_400),
        sendsSentEvent: Bool = false,
        eventExchange: String = "celeryev",
        controlKey: ControlKey? = nil
    ) {
        self.queues = queues
        self.routes = routes
        self.defaultQueue = defaultQueue
        self.createsMissingQueues = createsMissingQueues
        self.taskDefaults = taskDefaults
        self.resultExpires = resultExpires
        self.resultExtended = resultExtended
        self.maxResultBytes = maxResultBytes
        self.tracksStarted = tracksStarted
        self.revokesExpire = revokesExpire
        self.sendsSentEvent = sendsSentEvent
        self.eventExchange = eventExchange
        self.controlKey = controlKey
    }
}

extension TaskAppConfiguration {
    /// How long and how many revocations are remembered.
    package var revocationLimits: RevocationLimits { RevocationLimits(lifetime: self.revokesExpire) }
}
