/// One entry in the binding table of an exchange: which routing keys lead to which queue.
///
/// Kombu keeps the table of an exchange as a Redis set `_kombu.binding.<exchange>`. A ``member`` is the routing key,
/// the pattern (a regular expression on a topic exchange, else empty) and the queue, joined by U+0006 U+0016.
public struct Binding: Hashable, Sendable {
    /// The key that the queue is bound with.
    public let routingKey: String
    /// The queue that is bound.
    public let queue: String
    private let topic: TopicPattern?

    /// Creates the binding of a queue to an exchange.
    package init(queue: String, exchange: Exchange, routingKey: String) {
        self.queue = queue
        self.routingKey = routingKey
        self.topic = exchange.kind == .topic ? TopicPattern(bindingKey: routingKey) : nil
    }

    /// Reads a member of a binding table, or returns `nil` for what kombu would not have written.
    ///
    /// Any process may write to the table: members longer than 4096 bytes and queues that ``WireName`` refuses are
    /// left out, because a message must not be pushed there.
    public init?(member: String) {
        guard member.utf8.count <= 4096 else { return nil }
        let fields = member.split(separator: WireName.separator, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3 else { return nil }
        do throws(RoutingError) { try WireName.check(fields[2], as: .queue) } catch { return nil }
        self.routingKey = fields[0]
        self.topic = fields[1].isEmpty ? nil : TopicPattern(text: fields[1])
        self.queue = fields[2]
    }
}

extension Binding {
    /// The pattern for Python; empty unless the queue is bound to a topic exchange.
    public var pattern: String { self.topic?.text ?? "" }

    /// The binding as kombu writes it to the set.
    public var member: String {
        [self.routingKey, self.pattern, self.queue].joined(separator: WireName.separator)
    }

    /// Whether a message with this routing key goes to ``queue``: by the pattern if there is one, else by equality.
    ///
    /// The member decides, not what this process knows of the exchange. A Python producer that has not declared a
    /// topic exchange takes it for a direct one and silently loses the message.
    public func matches(_ routingKey: String) -> Bool {
        if let topic = self.topic { return topic.matches(routingKey) }
        // Byte for byte, as in Redis: Swift's `==` takes different spellings of "é" for equal.
        return self.routingKey.utf8.elementsEqual(routingKey.utf8)
    }

    /// Whether the pattern has a shape that kombu does not generate, so that ``matches(_:)`` is always false.
    ///
    /// Worth a warning: such a queue gets nothing from us.
    public var hasUnknownPattern: Bool { self.topic?.isUnderstood == false }
}

extension Sequence<Binding> {
    /// The queues that a message with this routing key goes to, each once, as a message is delivered once to a queue.
    package func queues(matching routingKey: String) -> [String] {
        var queues: [String] = []
        for binding in self where binding.matches(routingKey) && !queues.contains(binding.queue) {
            queues.append(binding.queue)
        }
        return queues
    }
}
