/// A result to store as `FAILURE` in place of a task that will not run.
package struct FailedResult: Hashable, Sendable {
    package var taskID: String
    package var groupID: String?
    /// The tasks that were sent instead, for the result's `children`.
    package var children: [ResultNode]

    package init(taskID: String, groupID: String?, children: [ResultNode] = []) {
        self.taskID = taskID
        self.groupID = groupID
        self.children = children
    }
}
