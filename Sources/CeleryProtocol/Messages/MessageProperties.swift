/// The properties of a message: what concerns its way, not its task.
public struct MessageProperties: Hashable, Sendable {
    /// The task's id.
    public var correlationID: String?
    /// An id of the program that sent the message; the Redis backend does not use it.
    public var replyTo: String?
    /// 2 for a message that is to survive a restart of an AMQP broker, 1 for one that is not.
    ///
    /// Redis makes no difference.
    public var deliveryMode: Int?
    /// An id of this one publication of the message.
    public var deliveryTag: String
    /// The exchange that the message was sent to; empty for a queue named directly.
    public var exchange: String
    /// The routing key, or the name of the queue when ``exchange`` is empty.
    public var routingKey: String
    /// Whether the message was given back to the queue before.
    public var redelivered: Bool
    /// 0 to 9, where 0 is the highest; kombu on Redis is the other way around than AMQP.
    public var priority: Int
    /// The milliseconds until the message expires, as text.
    ///
    /// Only the header `expires` has an effect.
    public var expiration: String?
    /// How the body is put into the envelope: `base64`, or as it is if this is `nil`.
    public var bodyEncoding: String?
    /// Every other property; options of a call that Celery does not know end up here.
    public var custom: [String: JSONValue]

    /// Creates the properties of a message for the queue named by the routing key.
    public init(
        deliveryTag: String,
        routingKey: String,
        exchange: String = "",
        correlationID: String? = nil,
        replyTo: String? = nil,
        deliveryMode: Int? = 2,
        redelivered: Bool = false,
        priority: Int = 0,
        expiration: String? = nil,
        bodyEncoding: String? = "base64",
        custom: [String: JSONValue] = [:]
    ) {
        self.correlationID = correlationID
        self.replyTo = replyTo
        self.deliveryMode = deliveryMode
        self.deliveryTag = deliveryTag
        self.exchange = exchange
        self.routingKey = routingKey
        self.redelivered = redelivered
        self.priority = priority
        self.expiration = expiration
        self.bodyEncoding = bodyEncoding
        self.custom = custom
    }
}
