public import CeleryProtocol

/// What the events so far tell about workers and tasks: the state of a fleet at the time of the last event.
///
/// A pure value; events may come late, twice, in any order, and from anybody. Both tables are bounded as Celery's
/// `events.State` is: the tasks seen first and the workers heard of longest ago are forgotten first.
public struct ClusterState: Sendable {
    /// The workers that were heard of, by node name.
    public private(set) var workers: [String: ClusterWorker] = [:]
    /// How many events were applied.
    public private(set) var eventCount = 0

    private var tasks: [String: ClusterTask] = [:]
    /// The ids of the tasks in the order in which they were seen first; a circle once it is full.
    private var order: [String] = []
    private var oldest = 0
    private let maximumTasks: Int
    private let maximumWorkers: Int

    /// Creates the state before any event.
    public init(maximumTasks: Int = 10_000, maximumWorkers: Int = 5_000) {
        self.maximumTasks = max(1, maximumTasks)
        self.maximumWorkers = max(1, maximumWorkers)
    }
}

// MARK: Changing

extension ClusterState {
    /// Takes note of an event.
    ///
    /// - Parameter received: When it was received by the clock of this machine, in seconds since 1970; the clocks of others
    ///   do not decide who is alive.
    public mutating func apply(_ event: EventDocument, received: Double) {
        self.eventCount &+= 1
        switch event.type.group {
        case "worker": self.applyToWorker(event, received)
        case "task": self.applyToTask(event, received)
        default: break
        }
    }

    private mutating func applyToWorker(_ event: EventDocument, _ received: Double) {
        let isNew = self.workers[event.hostname] == nil
        if isNew && self.workers.count >= self.maximumWorkers,
            let silent = self.workers.values.min(by: { $0.heard < $1.heard })
        {
            self.workers[silent.node] = nil
        }
        self.workers[event.hostname, default: ClusterWorker(node: event.hostname)].apply(event, received)
    }

    private mutating func applyToTask(_ event: EventDocument, _ received: Double) {
        guard let id = event.taskID, (try? NameRules.validate(id: id)) != nil else { return }
        if self.tasks[id] == nil { self.remember(id) }
        self.tasks[id, default: ClusterTask(id: id)].apply(event)
        // A worker that sends events about tasks is known, but only its heartbeats show that it is alive.
        if event.type != .taskSent, self.workers[event.hostname] != nil {
            self.workers[event.hostname]?.heard = received
        }
    }

    private mutating func remember(_ id: String) {
        if self.order.count < self.maximumTasks {
            self.order.append(id)
        } else {
            self.tasks[self.order[self.oldest]] = nil
            self.order[self.oldest] = id
            self.oldest = (self.oldest + 1) % self.maximumTasks
        }
    }
}

// MARK: Looking

extension ClusterState {
    /// How many tasks are known.
    public var taskCount: Int { self.tasks.count }

    /// What is known of a task.
    public func task(_ id: String) -> ClusterTask? { self.tasks[id] }

    /// The tasks, those that were seen first coming first.
    public var tasksInOrder: [ClusterTask] {
        (self.order[self.oldest...] + self.order[..<self.oldest]).compactMap { self.tasks[$0] }
    }

    /// The workers that are alive: their last heartbeat is younger than twice the time between two of them.
    ///
    /// - Parameter now: The present by the clock of this machine, in seconds since 1970.
    public func aliveWorkers(now: Double) -> [ClusterWorker] {
        self.workers.values.filter { $0.isAlive(now: now) }.sorted { $0.node < $1.node }
    }
}
