/// What is a message's own among those of calls with the same task and options.
package struct MessageCall: Sendable {
    /// The task's id.
    package let id: String
    /// An id of this one publication of the message.
    package let deliveryTag: String
    /// The positional arguments.
    package let args: [JSONValue]
    /// The keyword arguments.
    package let kwargs: [String: JSONValue]

    /// Creates what differs.
    package init(id: String, deliveryTag: String, args: [JSONValue], kwargs: [String: JSONValue]) {
        self.id = id
        self.deliveryTag = deliveryTag
        self.args = args
        self.kwargs = kwargs
    }

    /// What is a message's own.
    package init(_ message: TaskMessage) {
        self.init(
            id: message.headers.id,
            deliveryTag: message.properties.deliveryTag,
            args: message.args,
            kwargs: message.kwargs
        )
    }
}
