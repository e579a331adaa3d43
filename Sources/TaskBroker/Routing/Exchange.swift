/// A named point to publish to, from which bindings lead to queues.
///
/// Redis has no exchanges. As in kombu, the producer itself looks up the bindings of an exchange and pushes to
/// every queue that matches; the kind of an exchange exists only in the configuration of each process.
public struct Exchange: Hashable, Sendable {
    /// The name under which bindings are kept; empty for the ``default`` exchange.
    public let name: String
    /// How a routing key selects among the bindings.
    public let kind: Kind

    /// Creates an exchange.
    public init(_ name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

extension Exchange {
    /// How a routing key selects among the bindings of an exchange.
    public enum Kind: String, Hashable, Sendable {
        /// To every queue bound with exactly this routing key.
        case direct
        /// To every queue whose binding matches the routing key word by word: `*` is one word, `#` is anything.
        case topic
        /// To everybody who listens at the moment, over publish/subscribe. Nothing is stored.
        case fanout
    }

    /// The nameless exchange: a routing key is the name of a queue.
    public static var `default`: Exchange { Exchange("", kind: .direct) }

    /// An exchange that compares routing keys for equality.
    public static func direct(_ name: String) -> Exchange {
        Exchange(name, kind: .direct)
    }

    /// An exchange that matches routing keys against patterns such as `media.image.#`.
    public static func topic(_ name: String) -> Exchange {
        Exchange(name, kind: .topic)
    }

    /// An exchange that copies each message to every listener.
    public static func fanout(_ name: String) -> Exchange {
        Exchange(name, kind: .fanout)
    }
}
