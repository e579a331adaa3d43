public import CeleryProtocol

extension TaskApp {
    /// The message that a call would send, without sending it: with its ids, times and destination.
    ///
    /// - Throws: What ``send(_:)`` throws for a bad name, option or destination, or a message that is too large.
    public func preview(_ call: TaskCall) throws -> TaskMessage {
        let draft = try self.draft(call)
        _ = try draft.publication()
        return draft.message
    }
}
