/// A queue as an app declares it: its name, and the exchange and routing key that lead to it.
///
/// ```swift
/// let queues: [Queue] = [
///     "celery",
///     Queue("mail", exchange: .direct("tasks"), routingKey: "mail.send"),
///     Queue("images", exchange: .topic("media"), routingKey: "media.image.#"),
/// ]
/// ```
public struct Queue: Hashable, Sendable {
    /// The name of the queue, which is also the name of its Redis list.
    public let name: String
    /// The exchange that the queue is bound to.
    public let exchange: Exchange
    /// The key that the queue is bound with; on a topic exchange a pattern with `*` and `#`.
    public let routingKey: String
    /// AMQP's `x-max-priority`, shown by `inspect active_queues`.
    ///
    /// Redis has four levels whatever this says.
    public let maxPriority: Int?
    /// The most messages that wait or are delayed, all priorities together; `nil` for any number.
    ///
    /// Every program that declares the queue should declare the same. What a worker sends by itself, retries and the next steps of a
    /// canvas, is never refused, and what Python programs send is not counted before it lies there: the queue may hold more.
    public let maxLength: Int?
    /// What becomes of a message for a full queue.
    public let onFull: OnFull

    /// Creates a queue.
    ///
    /// - Parameters:
    ///   - name: At most 255 bytes without control characters; checked when the queue is used.
    ///   - exchange: The exchange to bind to. Without it a direct exchange of the queue's own name, as Celery
    ///     gives to queues that it creates.
    ///   - routingKey: The key to bind with. Without it the queue's own name, or `celery` on a fanout exchange: that
    ///     is where workers of Celery 5.7 listen for their `Broadcast` queues (captured: `PSUBSCRIBE /0.news/celery`).
    ///   - maxPriority: Shown to those who inspect the worker, without effect on Redis.
    ///   - maxLength: The most messages that wait or are delayed.
    ///   - onFull: What becomes of one too many.
    public init(
        _ name: String,
        exchange: Exchange? = nil,
        routingKey: String? = nil,
        maxPriority: Int? = nil,
        maxLength: Int? = nil,
        onFull: OnFull = .reject
    ) {
        let exchange = exchange ?? .direct(name)
        self.name = name
        self.exchange = exchange
        self.routingKey = routingKey ?? (exchange.kind == .fanout ? "celery" : name)
        self.maxPriority = maxPriority
        self.maxLength = maxLength
        self.onFull = onFull
    }
}

extension Queue {
    /// What becomes of a message for a queue that holds its ``Queue/maxLength``.
    public enum OnFull: Hashable, Sendable {
        /// Sending throws ``TaskBrokerError/Code/queueFull`` at once.
        case reject
        /// Sending waits so long for room, and then throws.
        case block(Duration)
    }

    /// How many messages it may hold, if that is bounded.
    package var bound: QueueBound? {
        self.maxLength.map { QueueBound(maxLength: $0, onFull: self.onFull) }
    }
}

extension Queue {
    /// What a worker that consumes the queue enters into the binding table of ``exchange``.
    ///
    /// Empty on the default exchange, which reaches every queue by name.
    public var bindings: [Binding] {
        if self.exchange.name.isEmpty { return [] }
        return [Binding(queue: self.name, exchange: self.exchange, routingKey: self.routingKey)]
    }

    /// Checks what the queue would write into Redis.
    package func validate() throws(RoutingError) {
        try WireName.check(self.name, as: .queue)
        if self.exchange.name.isEmpty { return }
        try WireName.check(self.exchange.name, as: .exchange)
        if self.routingKey.isEmpty && self.exchange.kind == .fanout { return }
        try WireName.check(self.routingKey, as: .routingKey)
        if self.exchange.kind == .topic && TopicPattern.hasWildcardInsideWord(self.routingKey) {
            throw .invalidTopicKey(self.routingKey, queue: self.name)
        }
    }
}

extension Queue: ExpressibleByStringLiteral {
    /// Creates a queue with a direct exchange and a routing key of its own name.
    public init(stringLiteral name: String) {
        self.init(name)
    }
}
