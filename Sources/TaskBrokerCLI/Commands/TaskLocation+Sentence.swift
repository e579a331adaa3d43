import CeleryProtocol
import TaskBroker

extension TaskLocation {
    /// Where a task is, as the end of a sentence.
    ///
    /// - Parameter location: `nil` for a task that has a result but no message, as those have that Python workers acknowledge before
    ///   they run them.
    static func sentence(_ location: TaskLocation?) -> String {
        location?.sentence ?? "running, or its worker is gone"
    }

    private var sentence: String {
        let queue = self.queue.map { " in queue '\($0)'" } ?? ""
        switch self.place {
        case .waiting(let ahead):
            return "waiting\(queue), \(ahead == 0 ? "next" : "\(ahead) before it")\(self.pause)"
        case .running(let worker?):
            return "running on \(worker.node)"
        case .running(nil):
            return "held by a worker that is silent; another one runs it when the lease is over"
        case .delayed(let until):
            return "delayed\(queue) until \(Self.text(until))"
        case .parked(let until):
            return "parked\(queue) because no worker knows '\(self.task ?? "?")'; tried again at \(Self.text(until))"
        case .dead(let reason):
            return "a dead letter\(queue): \(reason)"
        case .takenByPython:
            return "taken by a Python worker"
        case .outOfReach(let examined):
            return "not among the first \(examined) messages, and there are more"
        }
    }

    /// Whether it will not run unless somebody wants it to.
    var isDead: Bool {
        if case .dead = self.place { true } else { false }
    }

    private var pause: String { self.isPaused ? "; the queue is paused" : "" }

    /// One word for where it is, for tables and JSON.
    var word: String {
        switch self.place {
        case .waiting: "waiting"
        case .running: "running"
        case .delayed: "delayed"
        case .parked: "parked"
        case .dead: "dead"
        case .takenByPython: "taken-by-python"
        case .outOfReach: "unknown"
        }
    }

    private static func text(_ seconds: Double) -> String { Timestamp(secondsSince1970: seconds).iso8601 }
}

extension Timestamp {
    /// Creates a point in time from seconds since 1970, held to what can be represented.
    init(secondsSince1970 seconds: Double) {
        self.init(microseconds: Int64(exactly: (seconds * 1e6).rounded()) ?? (seconds < 0 ? .min : .max))
    }
}
