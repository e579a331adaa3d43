package import CeleryProtocol

/// What a worker is and does at one moment, for `inspect stats`, `active`, `reserved` and `active_queues`.
package struct WorkerStatus: Sendable {
    /// The operating system's process id.
    package var pid: Int
    /// When the worker started.
    package var started: Timestamp
    /// How many tasks run at once at most.
    package var concurrency: Int
    /// How many messages are held at once at most, running ones included.
    package var prefetchCount: Int
    /// What runs the tasks, for display: `taskbroker:InProcessHost`.
    package var pool: String
    /// The process ids of the task hosts.
    package var hostPIDs: [Int]
    /// The time limits of tasks that have none of their own, in seconds.
    package var timeLimits: (soft: Double?, hard: Double?)
    /// The queues that it takes from.
    package var queues: [Queue]
    /// The tasks that run.
    package var running: [HeldTask]
    /// The tasks that are held and could run.
    package var reserved: [HeldTask]
    /// How many tasks were accepted since the start, by name.
    package var accepted: [String: Int]
    /// The bounds between which it scales itself, if it does.
    package var autoscale: AutoscaleBounds?

    /// Creates a status; everything that is not given is none.
    package init(
        pid: Int = ProcessInfo.pid,
        started: Timestamp,
        concurrency: Int,
        prefetchCount: Int,
        pool: String = "taskbroker:InProcessHost",
        hostPIDs: [Int] = [ProcessInfo.pid],
        timeLimits: (soft: Double?, hard: Double?) = (nil, nil),
        queues: [Queue] = [],
        running: [HeldTask] = [],
        reserved: [HeldTask] = [],
        accepted: [String: Int] = [:],
        autoscale: AutoscaleBounds? = nil
    ) {
        self.pid = pid
        self.started = started
        self.concurrency = concurrency
        self.prefetchCount = prefetchCount
        self.pool = pool
        self.hostPIDs = hostPIDs
        self.timeLimits = timeLimits
        self.queues = queues
        self.running = running
        self.reserved = reserved
        self.accepted = accepted
        self.autoscale = autoscale
    }
}

/// A message that a worker holds, as little decoded as it was when it came.
package struct HeldTask: Sendable {
    /// The bytes of the list element.
    package var raw: [UInt8]
    /// The queue that it was taken from.
    package var queue: String
    /// How often a lease on it ran out before.
    package var redeliveries: Int
    /// When its task started, if it has.
    package var started: Timestamp?
    /// The process that runs it, if one does.
    package var pid: Int?

    package init(raw: [UInt8], queue: String, redeliveries: Int = 0, started: Timestamp? = nil, pid: Int? = nil) {
        self.raw = raw
        self.queue = queue
        self.redeliveries = redeliveries
        self.started = started
        self.pid = pid
    }
}

/// A task that a worker can run, with what `inspect registered` may ask for.
package struct RegisteredTask: Sendable, Hashable {
    /// The name.
    package var name: String
    /// Its attributes by Celery's names, as Python would print them: `rate_limit`, `time_limit`, `max_retries` and so on.
    ///
    /// Absent ones are those that are `None`.
    package var attributes: [String: String]

    package init(name: String, attributes: [String: String] = [:]) {
        self.name = name
        self.attributes = attributes
    }
}

/// How many tasks a worker that scales itself runs at once.
package struct AutoscaleBounds: Sendable, Hashable {
    /// At most.
    package var max: Int
    /// At least.
    package var min: Int
    /// Now.
    package var current: Int

    package init(max: Int, min: Int, current: Int) {
        self.max = max
        self.min = min
        self.current = current
    }
}
