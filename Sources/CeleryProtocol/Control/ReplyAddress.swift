/// Where the replies to a control request go.
///
/// A request names the exchange and the routing key itself. Whoever may publish could otherwise have workers push to any list of
/// the database, so only what a client of Celery would name is an address (`reliability.md` X7).
package struct ReplyAddress: Hashable, Sendable {
    /// The routing key: an id of the program that asked.
    package let id: String

    /// Creates an address that nobody else has.
    package init() {
        self.id = Identifier.uuid4()
    }

    /// Takes over the address in a request; `nil` if it is not that of a reply queue.
    ///
    /// Python's ids are UUIDs; others are accepted if they are as harmless: 1 to 64 letters, digits and hyphens of ASCII.
    package init?(exchange: String, routingKey: String) {
        guard exchange == ControlExchange.replies, 1...64 ~= routingKey.utf8.count else { return nil }
        guard routingKey.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.id = routingKey
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension ReplyAddress {
    /// The name of the reply queue: the only list that a reply is pushed to.
    package var queue: String { self.id + "." + ControlExchange.replies }
}
