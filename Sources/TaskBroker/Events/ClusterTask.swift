import CeleryProtocol

/// What events tell about a task.
///
/// Texts are in Python's notation, as they travel, and cut after 1024 characters.
public struct ClusterTask: Sendable, Hashable {
    /// The id.
    public let id: String
    /// The state that it has reached.
    public internal(set) var state: TaskState = .pending
    /// When it reached that state by the clock of who told it, in seconds since 1970.
    public internal(set) var timestamp: Double = 0
    /// The name; `nil` if nobody saw it being sent or received.
    public internal(set) var name: String?
    /// The positional arguments.
    public internal(set) var args: String?
    /// The keyword arguments.
    public internal(set) var kwargs: String?
    /// The worker that has it.
    public internal(set) var worker: String?
    /// How often it was retried.
    public internal(set) var retries = 0
    /// What it returned.
    public internal(set) var result: String?
    /// What it failed with, last.
    public internal(set) var exception: String?
    /// How many seconds it ran.
    public internal(set) var runtime: Double?

    private static let maximumText = 1_024

    init(id: String) {
        self.id = id
    }
}

extension ClusterTask {
    /// Takes note of an event, as Celery's `events.state.Task` does.
    ///
    /// An event that logically happened before the present state adds what only it knows and changes nothing else.
    mutating func apply(_ event: EventDocument) {
        let state = event.taskState
        let isLate = state != .retry && self.state != .retry && state.precedence < self.state.precedence
        if event.type == .taskReceived || (event.type == .taskSent && self.name == nil) { self.takeDescription(event) }
        if event.type != .taskSent { self.worker = event.hostname }
        self.result = event.text(.result, Self.maximumText) ?? self.result
        self.exception = event.text(.exception, Self.maximumText) ?? self.exception
        self.runtime = event[.runtime]?.doubleValue ?? self.runtime
        guard !isLate else { return }
        self.state = state
        self.timestamp = event.timestamp
    }

    private mutating func takeDescription(_ event: EventDocument) {
        self.name = event.text(.name, Self.maximumText) ?? self.name
        self.args = event.text(.args, Self.maximumText) ?? self.args
        self.kwargs = event.text(.kwargs, Self.maximumText) ?? self.kwargs
        self.retries = event[.retries]?.integerValue.flatMap { Int(exactly: $0) } ?? self.retries
    }
}

extension EventDocument {
    /// The state that a task is in after this; what an application sends itself is a state of its own.
    fileprivate var taskState: TaskState {
        switch self.type {
        case .taskSent: .pending
        case .taskReceived: .received
        case .taskStarted: .started
        case .taskSucceeded: .success
        case .taskFailed: .failure
        case .taskRetried: .retry
        case .taskRevoked: .revoked
        case .taskRejected: .rejected
        default: TaskState(rawValue: self.type.rawValue.dropFirst("task-".count).uppercased())
        }
    }

    fileprivate func text(_ field: EventField, _ limit: Int) -> String? {
        self[field]?.stringValue.map { String($0.prefix(limit)) }
    }
}

extension TaskState {
    /// How far a task has come (`celery.states.PRECEDENCE`, the other way round).
    fileprivate var precedence: Int {
        switch self {
        case .success: 8
        case .failure: 7
        case .revoked: 5
        case .started: 4
        case .received: 3
        case .rejected: 2
        case .retry: 1
        case .pending: 0
        default: 6
        }
    }
}
