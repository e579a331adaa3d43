/// What happens after a task has run: decided from its message alone, for the worker to carry out.
package struct TaskContinuation: Sendable {
    /// The headers of the task that has run.
    package let headers: TaskHeaders
    /// What follows it.
    package let embed: TaskEmbed
    private let identifier: @Sendable () -> String

    /// Creates the continuation of a task.
    ///
    /// - Parameter makeID: Makes the ids of tasks and groups that have none.
    package init(
        headers: TaskHeaders,
        embed: TaskEmbed,
        makeID: @escaping @Sendable () -> String = Identifier.uuid4
    ) {
        self.headers = headers
        self.embed = embed
        self.identifier = makeID
    }
}

extension TaskContinuation {
    func makeID() -> String {
        self.identifier()
    }

    /// The task as the parent of what it sends.
    package var parent: CanvasParent {
        CanvasParent(taskID: self.headers.id, rootID: self.headers.rootID)
    }

    /// The options that name a task as the parent of what is sent for it.
    static func lineage(_ parent: CanvasParent) -> [String: JSONValue] {
        [SignatureOption.parentID: .string(parent.taskID), SignatureOption.rootID: .string(parent.rootID)]
    }

    /// The plan of applying signatures in this task; what is waited for are the children that it gets.
    func plan(
        _ body: (inout CanvasApplication) throws(CanvasError) -> Void
    ) throws(CanvasError) -> CanvasPlan {
        var plan = try CanvasPlan.applying(in: self.parent, makeID: self.makeID, body)
        plan.results = plan.children
        return plan
    }
}
