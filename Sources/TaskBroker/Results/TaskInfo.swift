public import CeleryProtocol

/// What is stored about a task at one moment.
public struct TaskInfo: Sendable, Hashable {
    /// The state.
    public let state: TaskState
    /// The return value, what was said of the progress, or the stored exception.
    public let value: JSONValue
    /// The exception, if it failed, was revoked or is being retried.
    public let exception: ExceptionDocument?
    /// The traceback as text, if one was stored.
    public let traceback: String?
    /// When it ended.
    public let dateDone: Timestamp?
    /// The task's name, where extended results are stored.
    public let name: String?
    /// The node name of the worker, where extended results are stored.
    public let worker: String?
    /// The queue, where extended results are stored.
    public let queue: String?
    /// How often it was retried, where extended results are stored.
    public let retries: Int?
    /// The id of the task that sent it, if a task did.
    public let parentID: String?
    /// The id of the group that it belongs to.
    public let groupID: String?
    /// What the task has sent.
    public let children: [ResultNode]

    package init(_ document: ResultDocument) {
        self.state = TaskState(rawValue: document.status)
        self.value = document.result
        let hasException = [.failure, .revoked, .retry].contains(self.state) && !document.result.isNull
        self.exception = hasException ? ExceptionDocument(document.result) : nil
        self.traceback = document.traceback
        self.dateDone = document.dateDone
        self.name = document.name
        self.worker = document.worker
        self.queue = document.queue
        self.retries = document.retries
        self.parentID = document.parentID
        self.groupID = document.groupID
        self.children = (document.children?.arrayValue ?? []).compactMap { ResultNode(json: $0) }
    }

    /// Creates what is known of a group all of whose members have succeeded: their values.
    init(group values: JSONValue) {
        self.init(ResultDocument(status: TaskState.success.rawValue, result: values, taskID: ""))
    }
}

extension TaskInfo {
    /// The return value; throws what the task ended with if it has none.
    package func value(of taskID: String) throws -> JSONValue {
        switch self.state {
        case .failure, .revoked:
            throw TaskFailure(
                exception: self.exception ?? ExceptionDocument(type: "Exception", message: [], module: nil),
                traceback: self.traceback,
                isRevoked: self.state == .revoked
            )
        default: self.value
        }
    }
}
