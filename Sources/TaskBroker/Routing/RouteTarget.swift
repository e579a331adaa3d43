/// Where a message shall go and how urgently, as far as somebody has an opinion.
///
/// Calls, tasks and routes each state what they care about; ``Router`` puts it together.
public struct RouteTarget: Hashable, Sendable {
    /// The name of a queue.
    public var queue: String?
    /// The name of an exchange.
    ///
    /// Its kind is the one of a declared queue on it, else direct.
    public var exchange: String?
    /// The routing key for the exchange.
    ///
    /// A direct exchange is used only when both are given.
    public var routingKey: String?
    /// The priority from 0, the highest on Redis, to 9.
    public var priority: Int?

    /// Creates a target; what is left out is decided by somebody else.
    public init(queue: String? = nil, exchange: String? = nil, routingKey: String? = nil, priority: Int? = nil) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.priority = priority
    }
}

/// The same four values, as stated by a call.
package typealias RoutingOptions = RouteTarget

extension RouteTarget {
    /// This target, with what it leaves open taken from a route, field by field as Celery does.
    ///
    /// One thing differs from Celery 5.7: there, an exchange and routing key of a route win over the queue of a call.
    /// Here, whoever calls with a queue reaches that queue.
    func completed(by route: RouteTarget) -> RouteTarget {
        let hidesExchange = self.queue != nil && self.exchange == nil && route.exchange != nil
        return RouteTarget(
            queue: self.queue ?? route.queue,
            exchange: self.exchange ?? (hidesExchange ? nil : route.exchange),
            routingKey: self.routingKey ?? (hidesExchange ? nil : route.routingKey),
            priority: self.priority ?? route.priority,
        )
    }
}
