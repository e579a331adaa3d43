extension TaskCall {
    /// Whether the message of another call is made from the same ``MessageForm``, to the byte.
    ///
    /// Values that are equal in Swift may be written differently, `é` in two ways and zero with two signs. So names are compared by their
    /// bytes, and a call with headers or signatures of its own has a form of its own.
    func hasForm(of other: TaskCall) -> Bool {
        guard self.options.hasNamesOnly, other.options.hasNamesOnly else { return false }
        var options = self.options
        // Programs that choose ids choose another one for each call.
        options.taskID = other.options.taskID
        return options == other.options && self.name.isSpelt(like: other.name)
            && options.queue.isSpelt(like: other.options.queue)
            && options.exchange.isSpelt(like: other.options.exchange)
            && options.routingKey.isSpelt(like: other.options.routingKey)
            && (options.unique?.name).isSpelt(like: other.options.unique?.name)
    }
}

extension TaskOptions {
    /// Whether all text in them is in names.
    fileprivate var hasNamesOnly: Bool { self.headers.isEmpty && self.link.isEmpty && self.linkError.isEmpty }
}
