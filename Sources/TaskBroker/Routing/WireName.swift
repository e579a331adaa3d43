/// The rules for names that become Redis keys, members of binding tables or parts of messages.
package enum WireName {
    /// The longest name in bytes of UTF-8: AMQP's short string, so a message can leave Redis for another broker.
    package static let maximumLength = 255

    /// Kombu's separator, between the name of a queue and its priority and between the fields of a binding.
    ///
    /// It consists of control characters, which ``check(_:as:)`` refuses: no name can forge a key of another queue.
    package static let separator = "\u{06}\u{16}"

    /// What a name names, in the words of an error message.
    package enum Kind: String, Sendable {
        case task
        case queue
        case exchange
        case routingKey = "routing key"
    }
}

extension WireName {
    /// Refuses names that are empty, longer than ``maximumLength`` or contain control characters (Unicode's Cc).
    package static func check(_ name: String, as kind: Kind) throws(RoutingError) {
        let length = name.utf8.count
        if length == 0 {
            throw .invalidName(name, kind, because: "is empty")
        }
        if length > self.maximumLength {
            throw .invalidName(name, kind, because: "has \(length) bytes")
        }
        if name.unicodeScalars.contains(where: self.isControl) {
            throw .invalidName(name, kind, because: "contains a control character")
        }
    }

    /// The name in quotes, safe to print: control characters and quotes escaped, at most 64 characters of it.
    package static func quoted(_ name: String) -> String {
        var text = "'"
        for scalar in name.unicodeScalars.prefix(64) {
            switch scalar {
            case "'", "\\":
                text += "\\\(scalar)"
            case _ where self.isControl(scalar):
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return text + (name.unicodeScalars.dropFirst(64).isEmpty ? "'" : "…'")
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
