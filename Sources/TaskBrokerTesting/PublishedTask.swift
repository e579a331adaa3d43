public import CeleryProtocol
public import TaskBroker

/// A task as a producer sent it.
public struct PublishedTask: Sendable, Hashable {
    /// Everything that its message says about it.
    public let headers: TaskHeaders
    /// The positional arguments, as they travel.
    public let args: [JSONValue]
    /// The keyword arguments, as they travel.
    public let kwargs: [String: JSONValue]
    /// The exchange that it was sent to; empty when it went straight to a queue.
    public let exchange: String
    /// The routing key that it was sent with; the name of the queue when it went straight to one.
    public let routingKey: String
    /// The priority that it was sent with.
    public let priority: Int
}

extension PublishedTask {
    /// The id.
    public var id: String { self.headers.id }
    /// The name.
    public var name: String { self.headers.task }
    /// The earliest start, if it is delayed.
    public var eta: Timestamp? { self.headers.eta }
    /// The latest start, if it expires.
    public var expires: Timestamp? { self.headers.expires }

    /// The arguments as the parameters of a task.
    ///
    /// ```swift
    /// let sent = try #require(app.published(add).first)
    /// #expect(try sent.arguments(of: add) == (2, 2))
    /// ```
    ///
    /// - Throws: What a worker would answer to arguments that do not fit the task.
    public func arguments<Arguments, Output>(of task: TaskDefinition<Arguments, Output>) throws -> Arguments {
        try task.arguments.decode(TaskArguments(self.args, self.kwargs))
    }
}

extension PublishedTask {
    /// Reads an encoded message; `nil` for one that no worker could read either.
    init?(_ payload: [UInt8]) {
        do {
            let envelope = try Envelope(decoding: payload)
            let body = try envelope.decodeBody()
            self.headers = envelope.headers
            self.args = body.args
            self.kwargs = body.kwargs
            self.exchange = envelope.properties.exchange
            self.routingKey = envelope.properties.routingKey
            self.priority = envelope.properties.priority
        } catch {
            return nil
        }
    }
}
