/// The running task on whose behalf a canvas is applied.
package struct CanvasParent: Hashable, Sendable {
    /// The id of the running task, which becomes the parent of the tasks that are sent.
    package var taskID: String
    /// The id of the first task of the workflow.
    package var rootID: String

    /// Creates a parent; a task that has no root is one.
    package init(taskID: String, rootID: String?) {
        self.taskID = taskID
        self.rootID = rootID ?? taskID
    }
}
