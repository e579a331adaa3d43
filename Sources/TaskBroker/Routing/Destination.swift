/// Where a message goes.
package enum Destination: Hashable, Sendable {
    /// Straight into the list of a queue, without any lookup: kombu's "anonymous" publishing.
    case queue(String)
    /// To every queue whose ``Binding`` matches; over publish/subscribe if it is a fanout exchange.
    case exchange(Exchange, routingKey: String)
}

extension Destination {
    /// The `exchange` of the message's `delivery_info`: empty for a queue.
    package var exchange: String {
        switch self {
        case .queue: ""
        case .exchange(let exchange, _): exchange.name
        }
    }

    /// The `routing_key` of the message's `delivery_info`: for a queue its name.
    package var routingKey: String {
        switch self {
        case .queue(let name): name
        case .exchange(_, let routingKey): routingKey
        }
    }

    /// Whether another destination is this one to the byte.
    func isSpelt(like other: Destination) -> Bool {
        switch (self, other) {
        case (.queue(let first), .queue(let second)): first.isSpelt(like: second)
        case (.exchange(let first, let firstKey), .exchange(let second, let secondKey)):
            first.kind == second.kind && first.name.isSpelt(like: second.name) && firstKey.isSpelt(like: secondKey)
        default: false
        }
    }

    /// Checks what the destination would write into Redis.
    package func validate() throws(RoutingError) {
        switch self {
        case .queue(let name):
            try WireName.check(name, as: .queue)
        case .exchange(let exchange, let routingKey):
            try WireName.check(exchange.name, as: .exchange)
            if routingKey.isEmpty && exchange.kind == .fanout { return }
            try WireName.check(routingKey, as: .routingKey)
        }
    }
}
