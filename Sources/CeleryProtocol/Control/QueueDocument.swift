/// A queue, as `inspect active_queues` shows it: kombu's `Queue.as_dict`.
package struct QueueDocument: Hashable, Sendable {
    /// The name.
    package var name: String
    /// The name of its exchange.
    package var exchange: String
    /// The type of its exchange: `direct`, `topic`, `fanout`.
    package var exchangeType: String
    /// The key that it is bound with.
    package var routingKey: String
    /// AMQP's `x-max-priority`.
    package var maxPriority: Int?
    /// AMQP's `x-max-length`.
    package var maxLength: Int?

    /// Creates a document.
    package init(
        name: String,
        exchange: String,
        exchangeType: String,
        routingKey: String,
        maxPriority: Int? = nil,
        maxLength: Int? = nil
    ) {
        self.name = name
        self.exchange = exchange
        self.exchangeType = exchangeType
        self.routingKey = routingKey
        self.maxPriority = maxPriority
        self.maxLength = maxLength
    }
}

extension QueueDocument {
    /// The queue object; what has no meaning on Redis is as in a queue that Celery declares.
    package var json: JSONValue {
        .object([
            "name": .string(self.name),
            "exchange": .object([
                "name": .string(self.exchange),
                "type": .string(self.exchangeType),
                "arguments": nil,
                "durable": true,
                "passive": false,
                "auto_delete": false,
                "delivery_mode": nil,
                "no_declare": false,
            ]),
            "routing_key": .string(self.routingKey),
            "queue_arguments": nil,
            "binding_arguments": nil,
            "consumer_arguments": nil,
            "durable": true,
            "exclusive": false,
            "auto_delete": false,
            "no_ack": false,
            "alias": nil,
            "bindings": [],
            "no_declare": nil,
            "expires": nil,
            "message_ttl": nil,
            "max_length": self.maxLength.map { .integer(Int64($0)) } ?? .null,
            "max_length_bytes": nil,
            "max_priority": self.maxPriority.map { .integer(Int64($0)) } ?? .null,
        ])
    }
}

extension QueueDocument {
    /// Reads a queue object, ours or Celery's; what is absent is empty.
    package init(_ json: JSONValue) {
        self.init(
            name: json["name"]?.stringValue ?? "?",
            exchange: json["exchange"]?["name"]?.stringValue ?? "",
            exchangeType: json["exchange"]?["type"]?.stringValue ?? "",
            routingKey: json["routing_key"]?.stringValue ?? "",
            maxPriority: json["max_priority"]?.integerValue.flatMap { Int(exactly: $0) },
            maxLength: json["max_length"]?.integerValue.flatMap { Int(exactly: $0) }
        )
    }
}
