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
