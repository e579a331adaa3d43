/// A result to store as `FAILURE` in place of a task that will not run.
package struct FailedResult: Hashable, Sendable {
    package var taskID: String
    package var groupID: String?
    /// The tasks that were sent instead, for the result's `children`: after those of the task that is running.
    package var children: [ResultNode]
    /// Why it will not run; `nil` for the exception that the plan was made for.
    package var exception: ExceptionDocument?

    package init(
        taskID: String,
        groupID: String?,
        children: [ResultNode] = [],
        exception: ExceptionDocument? = nil
    ) {
        self.taskID = taskID
        self.groupID = groupID
        self.children = children
        self.exception = exception
    }
}
