import CeleryProtocol

extension TaskApp {
    /// Sends what a signature consists of; inside a task, as its child.
    ///
    /// - Parameters:
    ///   - args: Arguments that come before the signature's own, unless it is immutable.
    ///   - options: Of these, how the messages are sent.
    ///   - isFollowUp: Whether it goes on with what has begun, and must not be refused by a full queue.
    /// - Returns: What there is to wait for.
    @discardableResult
    func apply(
        _ node: SignatureNode,
        args: [JSONValue] = [],
        options: TaskOptions = .init(),
        isFollowUp: Bool = false
    ) async throws -> ResultNode {
        let parent = TaskContext.current.map { CanvasParent(taskID: $0.id, rootID: $0.rootID) }
        let plan = try node.plan(args: args, in: parent)
        guard let result = plan.results.first else { throw CanvasError("A chain without tasks has no result.") }
        try await self.send(plan, options: options, isFollowUp: isFollowUp)
        return result
    }
}
