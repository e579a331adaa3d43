import CeleryProtocol

/// What a worker tells monitors, and how much of it.
public struct EventConfiguration: Sendable, Hashable {
    /// Whether events about tasks are sent from the start (`-E`, `worker_send_task_events`); monitors can switch them at
    /// any time.
    public var sendsTaskEvents: Bool
    /// How often the worker says that it is alive; `nil` for never (`--without-heartbeat`).
    ///
    /// Celery's workers and monitors take a worker for dead when they hear nothing for twice as long.
    public var heartbeatInterval: Duration?
    /// How many events are kept at most until they are sent; beyond that the oldest are dropped.
    public var bufferSize: Int
    /// How many events about tasks are sent per second at most.
    ///
    /// A monitor that falls behind is cut off by Redis (`client-output-buffer-limit pubsub`), which helps nobody.
    public var maximumRate: Int
    /// The exchange that events go to; a worker takes its app's, ``TaskAppConfiguration/eventExchange``.
    var exchange = EventMessage.defaultExchange

    /// Creates a configuration, with Celery's defaults where Celery has them.
    public init(
        sendsTaskEvents: Bool = false,
        heartbeatInterval: Duration? = .seconds(2),
        bufferSize: Int = 10_000,
        maximumRate: Int = 10_000
    ) {
        self.sendsTaskEvents = sendsTaskEvents
        self.heartbeatInterval = heartbeatInterval.map { max($0, .milliseconds(10)) }
        self.bufferSize = max(1, bufferSize)
        self.maximumRate = max(1, maximumRate)
    }
}
