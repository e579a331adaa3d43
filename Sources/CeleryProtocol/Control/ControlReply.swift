/// What one worker answers to a control request (`celery-wire.md` §9.3).
package struct ControlReply: Hashable, Sendable {
    /// The answers by node name; one, unless a proxy has put several together.
    package var values: [String: JSONValue]
    /// The ticket of the request.
    package var ticket: String?
    /// The sender's logical clock.
    package var clock: Int64

    /// Creates a reply.
    package init(values: [String: JSONValue], ticket: String?, clock: Int64) {
        self.values = values
        self.ticket = ticket
        self.clock = clock
    }
}

extension ControlReply {
    /// The reply as it is pushed to the queue of an address.
    package func encoded(for address: ReplyAddress) -> [UInt8] {
        PlainMessage(
            headers: [
                ControlHeader.ticket: self.ticket.map { .string($0) } ?? .null,
                ControlHeader.clock: .integer(self.clock),
            ],
            exchange: ControlExchange.replies,
            routingKey: address.id,
            body: .object(self.values)
        ).encoded()
    }

    /// Reads a reply from a reply queue.
    ///
    /// - Throws: ``MessageError``, also for a body that is no object: every worker answers under its name.
    package init(decoding raw: [UInt8]) throws(MessageError) {
        let message = try PlainMessage(decoding: raw)
        guard let values = message.body.objectValue else {
            throw MessageError(.badBody, "The body of the control reply is not an object.")
        }
        self.init(
            values: values,
            ticket: message.headers[ControlHeader.ticket]?.stringValue,
            clock: message.headers[ControlHeader.clock]?.integerValue ?? 0
        )
    }
}
