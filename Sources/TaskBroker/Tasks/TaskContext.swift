public import CeleryProtocol
public import Logging

/// What a running task knows about itself.
///
/// The first parameter of a task's closure, if it wants one. Cancellation arrives as Swift's own:
/// `try Task.checkCancellation()` throws when a time limit is over, the worker stops, or its lease is lost.
public struct TaskContext: Sendable {
    let request: TaskRequest
    let app: TaskApp
    private let storesResults: Bool

    /// The context of the task that is running, if any; messages that a task sends carry its id as their parent's.
    @TaskLocal public static var current: TaskContext?

    package init(request: TaskRequest, app: TaskApp, storesResults: Bool) {
        self.request = request
        self.app = app
        self.storesResults = storesResults
    }

    /// The context of a task that is called directly.
    static func local(name: String, app: TaskApp) -> Self {
        let id = Identifier.uuid4()
        let headers = TaskHeaders(task: name, id: id, rootID: id)
        let delivery = DeliveryInfo(queue: "", routingKey: "")
        return .init(request: TaskRequest(headers: headers, delivery: delivery), app: app, storesResults: false)
    }
}

// MARK: Identity

extension TaskContext {
    /// The id of the task.
    public var id: String { self.request.headers.id }
    /// The name of the task.
    public var name: String { self.request.headers.task }
    /// The id of the first task of the workflow that this one belongs to.
    public var rootID: String { self.request.headers.rootID ?? self.id }
    /// The id of the task that sent this one, if a task did.
    public var parentID: String? { self.request.headers.parentID }
    /// How many times this task has been retried.
    public var retries: Int { self.request.headers.retries }
    /// The headers that the producer added.
    public var headers: [String: JSONValue] { self.request.headers.custom }
    /// How the message came here.
    public var deliveryInfo: DeliveryInfo { self.request.delivery }

    /// The app's logger, with the task's id and name.
    public var logger: Logger {
        var logger = self.app.logger
        logger[metadataKey: "task_id"] = "\(self.id)"
        logger[metadataKey: "task_name"] = "\(self.name)"
        return logger
    }
}

// MARK: While it runs

extension TaskContext {
    /// Publishes the state `PROGRESS` with `meta`, for ``AsyncResult/progress`` and Celery's `result.info`.
    public func progress(_ meta: some Encodable & Sendable) async throws {
        try await self.update(state: .progress, meta: meta)
    }

    /// Publishes a state of your own with `meta`: Celery's `update_state`.
    ///
    /// - Throws: ``TaskBrokerError/Code/encodingFailed`` if `meta` is larger than a result may be.
    public func update(state: TaskState, meta: some Encodable & Sendable) async throws {
        guard self.storesResults else { return }
        let value = try JSONValue(encoding: meta)
        let limit = self.app.configuration.maxResultBytes
        if let count = value.byteCount(above: limit) {
            throw TaskBrokerError(
                .encodingFailed,
                "What \(self.name) publishes about itself has \(count) bytes, more than the \(limit) that a result may have."
            )
        }
        let document = ResultDocument(status: state.rawValue, result: value, taskID: self.id)
        try await self.app.backend.store([
            ResultWrite(taskID: self.id, payload: document.encoded(), expires: self.app.configuration.resultExpires)
        ])
    }

    /// The error to throw to run this task again.
    ///
    /// ```swift
    /// throw context.retry(after: .seconds(30), cause: error)
    /// ```
    ///
    /// When the retries are used up, the task ends with `cause` instead, as in Celery.
    ///
    /// - Parameters:
    ///   - delay: How long to wait; by default what the task's ``RetryPolicy`` says, else 180 seconds.
    ///   - maxRetries: How often the task may be retried in all, this time; by default what the policy says, else three times.
    ///   - cause: Why.
    public func retry(
        after delay: Duration? = nil,
        maxRetries: Int? = nil,
        cause: (any Error)? = nil
    ) -> TaskRetry {
        TaskRetry(delay: delay, maxRetries: maxRetries, cause: cause)
    }
}
