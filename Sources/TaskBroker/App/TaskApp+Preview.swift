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

    /// The queue that a call would go to; `nil` if an exchange decides about that.
    ///
    /// - Throws: What ``send(_:)`` throws for a bad name, option or destination.
    package func queue(of call: TaskCall) throws -> String? {
        guard case .queue(let name) = try self.draft(call).destination else { return nil }
        return name
    }
}
