/// A message that is no task: an event, a control request, a reply to one.
///
/// Its envelope is that of a task message; headers and body are whatever sender and receiver have agreed on.
package struct PlainMessage: Hashable, Sendable {
    /// The headers.
    package var headers: [String: JSONValue]
    /// The exchange that the message is sent to.
    package var exchange: String
    /// The routing key; often empty on a fanout exchange.
    package var routingKey: String
    /// An id of this one publication of the message; kombu requires one.
    package var deliveryTag: String
    /// The decoded body.
    package var body: JSONValue

    /// Creates a message.
    package init(
        headers: [String: JSONValue],
        exchange: String,
        routingKey: String,
        deliveryTag: String = Identifier.uuid4(),
        body: JSONValue
    ) {
        self.headers = headers
        self.exchange = exchange
        self.routingKey = routingKey
        self.deliveryTag = deliveryTag
        self.body = body
    }
}

// MARK: Write

extension PlainMessage {
    /// The message as kombu writes it: what is published on a channel or pushed to a reply queue.
    ///
    /// The delivery mode is 1, as in Celery's events and replies: a message that a restart of the broker may lose.
    package func encoded() -> [UInt8] {
        let body = self.body.serialized()
        var writer = JSONWriter(capacity: 512 + body.count / 3 * 4)
        writer.append("{\"body\": \"")
        Base64.append(body, to: &writer.bytes)
        writer.append("\", \"content-encoding\": \"utf-8\", \"content-type\": \"application/json\", \"headers\": ")
        writer.write(self.headers)
        writer.append(", \"properties\": ")
        let properties = MessageProperties(
            deliveryTag: self.deliveryTag,
            routingKey: self.routingKey,
            exchange: self.exchange,
            deliveryMode: 1
        )
        writer.write(properties) { _, writer in writer.write(self.deliveryTag) }
        writer.append("}")
        return writer.bytes
    }
}

// MARK: Read

extension PlainMessage {
    /// Reads a message from a channel or a reply queue.
    ///
    /// Only the body has to be there, in JSON. Headers and properties that are absent or of another type are taken as
    /// empty: nobody waits for an answer to a complaint about them.
    ///
    /// - Throws: ``MessageError`` for what is not JSON, too large, nested too deeply, or has no body.
    package init(decoding raw: [UInt8], limits: MessageLimits = .default) throws(MessageError) {
        var draft = EnvelopeDraft(limits: limits)
        let headers: [String: JSONValue]?
        do throws(JSONError) {
            var reader = try JSONReader(raw, limits: limits.envelope)
            headers = try draft.readPlain(&reader)
        } catch {
            throw MessageError(error, in: "message")
        }
        guard let headers else {
            throw MessageError(.notAnObject, "The message is JSON, but not an object.")
        }
        try self.init(draft, headers: headers, raw: raw, limits: limits)
    }

    private init(
        _ draft: EnvelopeDraft,
        headers: [String: JSONValue],
        raw: [UInt8],
        limits: MessageLimits
    ) throws(MessageError) {
        guard let token = draft.body else {
            throw MessageError(.missingField, "The message has no body, or one that is not a string.")
        }
        let content = EnvelopeBody(
            raw: raw,
            token: token,
            contentType: draft.contentType ?? "",
            transferEncoding: draft.properties.bodyEncoding,
            compression: headers["compression"]?.stringValue,
            limits: limits
        )
        let document = try content.document()
        do throws(JSONError) {
            self.body = try JSONValue(parsing: document, limits: limits.body)
        } catch {
            throw MessageError(error, in: "body")
        }
        self.headers = headers
        self.exchange = draft.properties.exchange
        self.routingKey = draft.properties.routingKey
        self.deliveryTag = draft.properties.deliveryTag
    }
}

extension EnvelopeDraft {
    /// Walks over the envelope of a message that is no task, and returns its headers; `nil` if it is no object.
    fileprivate mutating func readPlain(_ reader: inout JSONReader) throws(JSONError) -> [String: JSONValue]? {
        guard try reader.nextKind() == .object else { return nil }
        var headers: [String: JSONValue] = [:]
        let table = EnvelopeField.table
        var next = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch table.field(for: key, expectedAt: &next) {
            case .body: try self.readBody(&reader)
            case .contentEncoding: self.contentEncoding = try reader.readStringOrSkip()
            case .contentType: self.contentType = try reader.readStringOrSkip()
            case .headers: headers = try reader.readObjectOrSkip()
            case .properties: try self.readProperties(&reader)
            case nil: try reader.skipValue()
            }
        }
        try reader.finish()
        return headers
    }
}
