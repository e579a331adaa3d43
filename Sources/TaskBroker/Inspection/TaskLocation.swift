/// Where the message of a task is.
public struct TaskLocation: Sendable, Hashable {
    /// A place.
    public enum Place: Sendable, Hashable {
        /// In its list, with so many messages before it in the same list; those of lower steps are served first.
        case waiting(ahead: Int)
        /// With a worker. `nil` if that worker has not said for half a minute that it lives: then the lease will run out.
        case running(WorkerRecord?)
        /// Not due until then, in seconds since 1970.
        case delayed(until: Double)
        /// Put aside because no worker knew the task, until then or until one does.
        case parked(until: Double)
        /// Given up for this reason.
        case dead(reason: String)
        /// Taken by a Python worker; whether it runs is known to that worker only.
        case takenByPython
        /// Not among the messages that were looked at, and there are more.
        case outOfReach(examined: Int)
    }

    /// The task's id.
    public var taskID: String
    /// The task's name; `nil` where it was not found.
    public var task: String?
    /// The queue; `nil` where it was not found.
    public var queue: String?
    /// The step of priority: 0, 3, 6 or 9.
    public var step: Int
    /// Whether the queue is paused.
    public var isPaused: Bool
    /// Where it is.
    public var place: Place
}
