extension ControlRequest {
    /// Requests are small: a thousand ids to revoke are 40 KB.
    private static let limits: MessageLimits = {
        var limits = MessageLimits()
        limits.maximumBytes = 1 << 20
        limits.maximumBodyBytes = 1 << 20
        limits.maximumElements = 100_000
        return limits
    }()

    /// Reads a request from the channel of ``ControlExchange/requests``.
    ///
    /// Anybody who may publish can send anything, so whatever is not a request is refused as a whole, one with a `reply_to` that
    /// is no ``ReplyAddress`` too: half a command is worse than none. Unknown members are ignored.
    ///
    /// - Throws: ``MessageError`` with a sentence for the log.
    package init(decoding raw: [UInt8]) throws(MessageError) {
        let message = try PlainMessage(decoding: raw, limits: Self.limits)
        guard let body = message.body.objectValue else {
            throw MessageError(.badBody, "The body of the control request is not an object.")
        }
        let method = try Self.text(ControlField.method, in: body) ?? ""
        try NameRules.validate(method, as: "name of the command")
        let ticket = try Self.text(ControlField.ticket, in: body)
        if let ticket { try NameRules.validate(ticket, as: "ticket of the control request") }
        self.init(
            method,
            arguments: try Self.arguments(in: body),
            destination: try Self.destination(in: body),
            pattern: try Self.text(ControlField.pattern, in: body),
            matcher: try Self.text(ControlField.matcher, in: body),
            ticket: ticket,
            replyTo: try Self.replyTo(in: body),
            clock: message.headers[ControlHeader.clock]?.integerValue ?? 0,
            expires: message.headers[ControlHeader.expires]?.doubleValue ?? 0,
            signature: body[ControlField.signature].flatMap(ControlSignature.init(json:))
        )
    }

    private static func text(_ field: String, in body: [String: JSONValue]) throws(MessageError) -> String? {
        guard let value = body[field], !value.isNull else { return nil }
        guard let text = value.stringValue else { throw Self.wrongType(field, "a string") }
        return text
    }

    private static func arguments(in body: [String: JSONValue]) throws(MessageError) -> [String: JSONValue] {
        guard let value = body[ControlField.arguments], !value.isNull else { return [:] }
        guard let arguments = value.objectValue else { throw Self.wrongType(ControlField.arguments, "an object") }
        return arguments
    }

    private static func destination(in body: [String: JSONValue]) throws(MessageError) -> [String] {
        guard let value = body[ControlField.destination], !value.isNull else { return [] }
        guard let elements = value.arrayValue else { throw Self.wrongType(ControlField.destination, "an array") }
        let nodes = elements.compactMap(\.stringValue)
        guard nodes.count == elements.count else {
            throw Self.wrongType(ControlField.destination, "an array of strings")
        }
        return nodes
    }

    private static func replyTo(in body: [String: JSONValue]) throws(MessageError) -> ReplyAddress? {
        guard let value = body[ControlField.replyTo], !value.isNull else { return nil }
        guard let exchange = value[ControlField.exchange]?.stringValue,
            let routingKey = value[ControlField.routingKey]?.stringValue,
            let address = ReplyAddress(exchange: exchange, routingKey: routingKey)
        else {
            throw MessageError(.invalidValue, "The control request wants its reply where no reply queue is.")
        }
        return address
    }

    private static func wrongType(_ field: String, _ wanted: String) -> MessageError {
        MessageError(.wrongType, "The field '\(field)' of the control request is not \(wanted).")
    }
}
