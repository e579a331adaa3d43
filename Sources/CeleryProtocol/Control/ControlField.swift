/// The names in the body of a control request.
enum ControlField {
    static let method = "method"
    static let arguments = "arguments"
    static let destination = "destination"
    static let pattern = "pattern"
    static let matcher = "matcher"
    static let ticket = "ticket"
    static let replyTo = "reply_to"
    static let exchange = "exchange"
    static let routingKey = "routing_key"
    /// Ours; kombu passes unknown members on to a function that ignores them.
    static let signature = "signature"
    static let timestamp = "timestamp"
    static let nonce = "nonce"
    static let hmac = "hmac"
}

/// The names of the headers of control requests and replies.
enum ControlHeader {
    static let clock = "clock"
    static let expires = "expires"
    static let ticket = "ticket"
}
