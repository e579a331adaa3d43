import CeleryProtocol
import TaskBroker

/// Prints events as they come, and remembers what they tell.
struct EventWatch: Sendable {
    private let session: AppSession
    private let events: EventSequence
    /// Whether workers are told to send events about tasks.
    private let enables: Bool
    private var cluster = ClusterState()
    private var format = EventFormat()
    private var reportedMissing = 0
    private var reportedInterruptions = 0

    init(_ session: AppSession, _ events: EventSequence, enables: Bool) {
        self.session = session
        self.events = events
        self.enables = enables
    }
}

extension EventWatch {
    /// Prints until the task is cancelled, or Redis takes away the right to listen.
    mutating func follow() async throws {
        let console = self.session.console
        let inspector = try self.session.app.inspector
        if self.enables { try await inspector.broadcast("enable_events") }
        // As Celery's monitors do: who is there is known at once, not after the next heartbeat. Somebody who may listen but
        // not publish has to wait for that.
        try? await inspector.broadcast("heartbeat")
        for await event in self.events {
            if self.enables && event.type == .workerOnline {
                try await inspector.broadcast("enable_events", destinations: [event.hostname])
            }
            self.cluster.apply(event, received: Self.now())
            if self.session.options.json {
                try console.print(JSONDocument("event", ["event": event.json]))
            } else {
                let task = event.taskID.flatMap { self.cluster.task($0) }
                try console.print(self.format.line(event, task, console.palette))
            }
            // Whoever reads a pipe wants each line when it happens.
            try console.output.flush()
            self.reportGaps()
        }
        guard Task.isCancelled else {
            throw CommandError(.notPermitted, "Redis no longer lets this user listen to events.")
        }
    }

    /// Says in one line what was seen.
    func summarize() {
        let states = Dictionary(grouping: self.cluster.tasksInOrder, by: \.state).mapValues(\.count)
        let counts = states.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { "\($0.value) \(TerminalText.escape($0.key.rawValue))" }
        let alive = self.cluster.aliveWorkers(now: Self.now()).count
        let tasks = self.cluster.taskCount
        self.session.console.note(
            "\(self.cluster.eventCount.counted("event")): \(alive.counted("worker")) alive, \(tasks.counted("task"))"
                + (counts.isEmpty ? "." : " (\(counts.joined(separator: ", "))).")
        )
    }

    private mutating func reportGaps() {
        let missing = self.events.missedCount
        if missing > self.reportedMissing {
            self.session.console.warn(
                "\((missing - self.reportedMissing).counted("message")) came too fast and will not be shown."
            )
            self.reportedMissing = missing
        }
        let interruptions = self.events.interruptionCount
        if interruptions > self.reportedInterruptions {
            self.session.console.warn(
                "The connection to Redis was lost and is back; what happened meanwhile is not shown."
            )
            self.reportedInterruptions = interruptions
        }
    }

    private static func now() -> Double { Double(Timestamp.now().microseconds) / 1e6 }
}
