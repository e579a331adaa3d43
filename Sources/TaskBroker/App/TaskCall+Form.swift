extension TaskCall {
    /// Whether the message of another call is made from the same ``MessageForm``, to the byte.
    func hasForm(of other: TaskCall) -> Bool {
        self.options.haveForm(of: other.options) && self.name.isSpelt(like: other.name)
    }
}

extension TaskOptions {
    /// Whether the messages of one task with these options, and with others, are made from the same ``MessageForm``, to the byte.
    ///
    /// Values that are equal in Swift may be written differently, `é` in two ways and zero with two signs. So names are compared by their
    /// bytes, and a call with headers or signatures of its own has a form of its own.
    func haveForm(of other: TaskOptions) -> Bool {
        guard self.hasNamesOnly, other.hasNamesOnly else { return false }
        return self.isEqual(to: other)
            && self.queue.isSpelt(like: other.queue)
            && self.exchange.isSpelt(like: other.exchange)
            && self.routingKey.isSpelt(like: other.routingKey)
            && (self.unique?.name).isSpelt(like: other.unique?.name)
    }

    /// Whether all but the ids are equal: programs that choose ids choose another one for each call.
    private func isEqual(to other: TaskOptions) -> Bool {
        guard self.taskID != nil || other.taskID != nil else { return self == other }
        var options = self
        options.taskID = other.taskID
        return options == other
    }

    /// Whether all text in them is in names.
    var hasNamesOnly: Bool { self.headers.isEmpty && self.link.isEmpty && self.linkError.isEmpty }
}
