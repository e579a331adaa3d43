/// A command to workers, as Celery's `app.control` broadcasts it (`celery-wire.md` §9.1).
package struct ControlRequest: Hashable, Sendable {
    /// The name of the command.
    package var method: String
    /// Its keyword arguments.
    package var arguments: [String: JSONValue]
    /// The node names of the workers that are meant; all when it is empty.
    package var destination: [String]
    /// What node names must look like when there is no destination; has no effect without a matcher.
    package var pattern: String?
    /// How ``pattern`` is to be read: `glob` or `pcre`.
    package var matcher: String?
    /// What replies carry, so that a late one is not taken for the answer to another request.
    package var ticket: String?
    /// Where replies go; `nil` when none is wanted.
    package var replyTo: ReplyAddress?
    /// The sender's logical clock.
    package var clock: Int64
    /// When the sender stops waiting, in seconds since 1970; 0 when it does not wait.
    ///
    /// Workers do not look at it, as in Celery.
    package var expires: Double
    /// Proof that the sender knows the workers' key.
    package var signature: ControlSignature?

    /// Creates a request.
    package init(
        _ method: String,
        arguments: [String: JSONValue] = [:],
        destination: [String] = [],
        pattern: String? = nil,
        matcher: String? = nil,
        ticket: String? = nil,
        replyTo: ReplyAddress? = nil,
        clock: Int64 = 0,
        expires: Double = 0,
        signature: ControlSignature? = nil
    ) {
        self.method = method
        self.arguments = arguments
        self.destination = destination
        self.pattern = pattern
        self.matcher = matcher
        self.ticket = ticket
        self.replyTo = replyTo
        self.clock = clock
        self.expires = expires
        self.signature = signature
    }
}

// MARK: Write

extension ControlRequest {
    /// The request as it is published to ``ControlExchange/requests``.
    package func encoded() -> [UInt8] {
        var body = self.signedMembers
        if let signature = self.signature { body[ControlField.signature] = signature.json }
        return PlainMessage(
            headers: [ControlHeader.clock: .integer(self.clock), ControlHeader.expires: .double(self.expires)],
            exchange: ControlExchange.requests,
            routingKey: "",
            body: .object(body)
        ).encoded()
    }

    /// The body without the signature.
    ///
    /// Everything that decides what happens, and where, is among these members.
    var signedMembers: [String: JSONValue] {
        var body: [String: JSONValue] = [
            ControlField.method: .string(self.method),
            ControlField.arguments: .object(self.arguments),
            ControlField.destination: self.destination.isEmpty
                ? .null : .array(self.destination.map { .string($0) }),
            ControlField.pattern: self.pattern.map { .string($0) } ?? .null,
            ControlField.matcher: self.matcher.map { .string($0) } ?? .null,
        ]
        // Kombu leaves these out of a request that wants no reply.
        if let ticket = self.ticket { body[ControlField.ticket] = .string(ticket) }
        if let replyTo = self.replyTo {
            body[ControlField.replyTo] = .object([
                ControlField.exchange: .string(ControlExchange.replies),
                ControlField.routingKey: .string(replyTo.id),
            ])
        }
        return body
    }
}
