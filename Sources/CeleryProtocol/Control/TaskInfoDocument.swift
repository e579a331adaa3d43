/// A task that a worker holds, as `inspect active` and its siblings show it (`celery-wire.md` §9.4).
package struct TaskInfoDocument: Hashable, Sendable {
    /// The headers of the message.
    package var headers: TaskHeaders
    /// The properties of the message.
    package var properties: MessageProperties
    /// The arguments; the text for display instead of an array where that was asked for.
    package var args: JSONValue
    /// The keyword arguments; the text for display instead of an object where that was asked for.
    package var kwargs: JSONValue
    /// The node name of the worker.
    package var node: String
    /// When the task started.
    package var started: Timestamp?
    /// Whether the message came back to the queue before.
    package var isRedelivered: Bool
    /// The process that runs the task.
    package var pid: Int?

    /// Creates a document.
    package init(
        headers: TaskHeaders,
        properties: MessageProperties,
        args: JSONValue,
        kwargs: JSONValue,
        node: String,
        started: Timestamp? = nil,
        isRedelivered: Bool = false,
        pid: Int? = nil
    ) {
        self.headers = headers
        self.properties = properties
        self.args = args
        self.kwargs = kwargs
        self.node = node
        self.started = started
        self.isRedelivered = isRedelivered
        self.pid = pid
    }
}

extension TaskInfoDocument {
    /// The task info object.
    ///
    /// `acknowledged` is never true: we acknowledge when a task has ended, and then it is held no longer.
    package var json: JSONValue {
        .object([
            "id": .string(self.headers.id),
            "name": .string(self.headers.shadow ?? self.headers.task),
            "args": self.args,
            "kwargs": self.kwargs,
            "type": .string(self.headers.task),
            "hostname": .string(self.node),
            "time_start": self.started.map { .double(Double($0.microseconds) / 1e6) } ?? .null,
            "acknowledged": false,
            "delivery_info": .object([
                "exchange": .string(self.properties.exchange),
                "routing_key": .string(self.properties.routingKey),
                "priority": .integer(Int64(self.properties.priority)),
                "redelivered": .bool(self.isRedelivered),
            ]),
            "worker_pid": self.pid.map { .integer(Int64($0)) } ?? .null,
        ])
    }

    /// The element of `inspect scheduled`; 6 is the priority that Celery's timer gives to every held task.
    package var scheduled: JSONValue {
        .object([
            "eta": self.headers.eta.map { .string($0.iso8601) } ?? .null,
            "priority": 6,
            "request": self.json,
        ])
    }
}
