/// The state of a task as it is stored under `celery-task-meta-<id>`, and published on the channel of the same name.
package struct ResultDocument: Hashable, Sendable {
    /// `SUCCESS`, `FAILURE`, `REVOKED`, `RETRY`, `STARTED` or a state of the user's own.
    package var status: String
    /// The return value; an ``ExceptionDocument`` for `FAILURE`, `RETRY` and `REVOKED`; details for the other states.
    package var result: JSONValue
    /// Where the exception was raised, as text.
    package var traceback: String?
    /// The tasks that this task sent, as an array of result tuples; `nil` if written by someone who does not know them.
    package var children: JSONValue?
    /// When a final state was reached.
    package var dateDone: Timestamp?
    /// The task's id.
    package var taskID: String
    /// The id of the group that the task belongs to.
    package var groupID: String?
    /// The id of the task that sent this one.
    package var parentID: String?
    /// The task's name; this and the following fields are stored only if `result_extended` is on.
    package var name: String?
    /// The positional arguments.
    package var args: JSONValue?
    /// The keyword arguments.
    package var kwargs: JSONValue?
    /// The node that ran the task.
    package var worker: String?
    /// How often the task had been retried.
    package var retries: Int?
    /// The routing key that the message came with.
    package var queue: String?
    /// Every other member: `stamped_headers` and one member for each stamp.
    package var custom: [String: JSONValue]

    /// Creates the state of a task.
    package init(
        status: String,
        result: JSONValue,
        taskID: String,
        traceback: String? = nil,
        children: JSONValue? = nil,
        dateDone: Timestamp? = nil,
        groupID: String? = nil,
        parentID: String? = nil,
        name: String? = nil,
        args: JSONValue? = nil,
        kwargs: JSONValue? = nil,
        worker: String? = nil,
        retries: Int? = nil,
        queue: String? = nil,
        custom: [String: JSONValue] = [:]
    ) {
        self.status = status
        self.result = result
        self.taskID = taskID
        self.traceback = traceback
        self.children = children
        self.dateDone = dateDone
        self.groupID = groupID
        self.parentID = parentID
        self.name = name
        self.args = args
        self.kwargs = kwargs
        self.worker = worker
        self.retries = retries
        self.queue = queue
        self.custom = custom
    }
}

extension ResultDocument {
    /// The exception of a failed, retried or revoked task; `nil` in other states, and when there is none.
    package var exception: ExceptionDocument? {
        guard ["FAILURE", "REVOKED", "RETRY"].contains(self.status), self.status != "RETRY" || !self.result.isNull
        else {
            return nil
        }
        return ExceptionDocument(self.result)
    }
}
