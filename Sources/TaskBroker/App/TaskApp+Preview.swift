public import CeleryProtocol

extension TaskApp {
    /// The message that a call would send, without sending it: with its ids, times and destination.
    ///
    /// - Throws: What ``send(_:)`` throws for a bad name, option or destination.
    public func preview(_ call: TaskCall) throws -> TaskMessage {
        try self.draft(call).message
    }
}
