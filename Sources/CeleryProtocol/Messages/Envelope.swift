import Synchronization

/// A task message as it was taken from a queue: headers and properties read, the body not yet.
///
/// Whether a task is unknown, revoked, expired or early is decided by its headers, so the arguments of a message that
/// is not run are never decoded.
///
/// A class, because everybody who has to do with a task holds it, and its fields are some sixty references.
package final class Envelope: Sendable {
    /// The headers; those of a message of protocol 1 are taken from its body.
    package let headers: TaskHeaders
    /// The properties.
    package let properties: MessageProperties
    /// The media type of the body; only `application/json` is accepted.
    package let contentType: String
    /// The character encoding of the body.
    ///
    /// JSON is UTF-8 whatever this says.
    package let contentEncoding: String?
    /// How the task's fields are laid out.
    package let layout: Layout
    /// The whole message, unchanged.
    package let raw: [UInt8]

    let bodyToken: JSONStringToken
    let limits: MessageLimits
    /// The body once it was decoded: for the task, and again for its result.
    let decodedBody = Mutex<TaskBody?>(nil)

    /// How the fields of a task are laid out in its message.
    package enum Layout: Hashable, Sendable {
        /// Protocol 2: fields in the headers; arguments, keyword arguments and embedded signatures in the body.
        case protocol2
        /// Protocol 1: everything in the body, as an object.
        case protocol1
        /// The body of protocol 1 below the headers of protocol 2.
        case hybrid
    }

    /// Reads an element of a queue's list in one walk over its bytes.
    ///
    /// Required is what a Celery worker requires: `content-type`, `body`, `properties` with `delivery_tag` and
    /// `delivery_info`, and the task's name and id. Fields of another type are ignored if they only serve display or
    /// statistics; those that decide what happens to the task make the message invalid.
    ///
    /// - Throws: ``MessageError``, with the task's id and name if they were read before the fault was found.
    package init(decoding raw: [UInt8], limits: MessageLimits = .default) throws(MessageError) {
        var draft = EnvelopeDraft(limits: limits)
        let content: EnvelopeDraft.Content
        do {
            var reader = try Self.reader(of: raw, limits: limits)
            try draft.readWhole(&reader)
            content = try draft.check(raw)
        } catch {
            throw error.naming(draft.headers)
        }
        self.headers = draft.headers
        self.properties = draft.properties
        self.contentType = content.type
        self.contentEncoding = draft.contentEncoding
        self.layout = content.layout
        self.raw = raw
        self.bodyToken = content.body
        self.limits = limits
    }

    /// A message that is like another one but for some texts, as ``EnvelopeTemplate`` has made sure.
    init(
        like example: Envelope,
        raw: [UInt8],
        body: JSONStringToken,
        headers: TaskHeaders,
        properties: MessageProperties
    ) {
        self.headers = headers
        self.properties = properties
        self.contentType = example.contentType
        self.contentEncoding = example.contentEncoding
        self.layout = example.layout
        self.raw = raw
        self.bodyToken = body
        self.limits = example.limits
    }

    private static func reader(of raw: [UInt8], limits: MessageLimits) throws(MessageError) -> JSONReader {
        do {
            return try JSONReader(raw, limits: limits.envelope)
        } catch {
            throw MessageError(error, in: "message")
        }
    }
}

extension EnvelopeDraft {
    fileprivate mutating func readWhole(_ reader: inout JSONReader) throws(MessageError) {
        let isObject: Bool
        do {
            isObject = try reader.nextKind() == .object
            if isObject {
                try self.read(&reader)
            } else {
                try reader.skipValue()
                try reader.finish()
            }
        } catch {
            throw MessageError(error, in: "message")
        }
        guard isObject else {
            throw MessageError(.notAnObject, "The message is JSON, but not an object.")
        }
    }

    /// What is known of the body.
    fileprivate struct Content {
        var type: String
        var body: JSONStringToken
        var layout: Envelope.Layout
    }

    /// Checks what was read and finds out how it is laid out.
    fileprivate mutating func check(_ raw: [UInt8]) throws(MessageError) -> Content {
        guard let headersRange = self.headersRange else {
            throw MessageError(.missingField, "The message has no headers.")
        }
        guard let contentType = self.contentType else {
            throw MessageError(.missingField, "The message has no content type.")
        }
        guard let body = self.body else {
            throw MessageError(.missingField, "The message has no body, or one that is not a string.")
        }
        try self.checkProperties()
        let content = EnvelopeBody(
            raw: raw,
            token: body,
            contentType: contentType,
            transferEncoding: self.properties.bodyEncoding,
            compression: self.headers.compression,
            limits: self.limits
        )
        try self.checkEncoding()
        let layout = try self.readProtocol1(content, headers: headersRange)
        try self.checkHeaders()
        return Content(type: contentType, body: body, layout: layout)
    }

    private func checkProperties() throws(MessageError) {
        guard self.hasProperties else {
            throw MessageError(.missingField, "The message has no properties.")
        }
        guard self.hasDeliveryTag else {
            throw MessageError(.missingField, "The properties have no delivery_tag.")
        }
        guard self.hasDeliveryInfo else {
            throw MessageError(.missingField, "The properties have no delivery_info.")
        }
    }

    private func checkHeaders() throws(MessageError) {
        if let problem = self.problem {
            throw problem
        }
        guard !self.headers.task.isEmpty else {
            throw MessageError(.missingField, "The message names no task.")
        }
        guard !self.headers.id.isEmpty else {
            throw MessageError(.missingField, "The message has no task id.")
        }
        try NameRules.validate(task: self.headers.task)
        try NameRules.validate(id: self.headers.id)
    }

    private func checkEncoding() throws(MessageError) {
        if let encoding = self.properties.bodyEncoding, encoding != "base64", encoding != "utf-8" {
            throw MessageError(.unknownEncoding, "The body encoding '\(encoding.prefix(64))' is unknown.")
        }
    }
}

extension MessageError {
    /// The same error with what is known of the task.
    func naming(_ headers: TaskHeaders) -> MessageError {
        var error = self
        error.taskID = headers.id.isEmpty ? nil : headers.id
        error.taskName = headers.task.isEmpty ? nil : headers.task
        return error
    }
}
