import Synchronization

extension Envelope {
    /// Decodes the arguments and what follows the task.
    ///
    /// - Throws: ``MessageError`` with the task's id and name: the media type is not JSON, the compression is unknown
    ///   or the content expands too much, or the body has not the form of a task's body.
    package func decodeBody() throws(MessageError) -> TaskBody {
        if let body = self.decodedBody.withLock(\.self) { return body }
        do {
            let body = try TaskBody(decoding: self.body.document(), limits: self.limits.body)
            self.decodedBody.withLock { $0 = body }
            return body
        } catch {
            throw error.naming(self.headers)
        }
    }

    /// Where the body stands in ``raw`` if it is as nearly all are: that of protocol 2, JSON in base64, not compressed.
    ///
    /// Whoever knows that needs nothing else of the message to read it, see ``plainBody(of:at:limits:)``.
    package var plainBody: Range<Int>? {
        guard self.layout == .protocol2, self.contentType == EnvelopeBody.jsonContentType,
            self.properties.bodyEncoding == "base64", self.headers.compression == nil, !self.bodyToken.isEscaped
        else { return nil }
        return self.bodyToken.range
    }

    /// Decodes a body that stands where ``plainBody`` says, within `raw`.
    ///
    /// - Throws: ``MessageError``, without the task's id and name.
    package static func plainBody(
        of raw: [UInt8],
        at place: Range<Int>,
        limits: MessageLimits = .default
    ) throws(MessageError) -> TaskBody {
        guard let document = Base64.decode(raw.span.extracting(place)) else {
            throw MessageError(.badBody, "The body is not valid base64.")
        }
        return try TaskBody(decoding: document, limits: limits.body)
    }

    var body: EnvelopeBody {
        EnvelopeBody(
            raw: self.raw,
            token: self.bodyToken,
            contentType: self.contentType,
            transferEncoding: self.properties.bodyEncoding,
            compression: self.headers.compression,
            limits: self.limits
        )
    }
}
