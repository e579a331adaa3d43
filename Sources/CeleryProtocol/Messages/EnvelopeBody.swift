/// The body of a message as it stands in the envelope: encoded for transfer, perhaps compressed, of any media type.
struct EnvelopeBody {
    /// The whole message, which has been read as JSON.
    let raw: [UInt8]
    /// Where the body stands in it.
    let token: JSONStringToken
    let contentType: String
    let transferEncoding: String?
    let compression: String?
    let limits: MessageLimits

    static let jsonContentType = "application/json"

    /// Whether the body is an object and thus follows protocol 1, as far as that can be told without decompressing it.
    func isObject() throws(MessageError) -> Bool {
        guard self.contentType == Self.jsonContentType, self.compression == nil else { return false }
        if self.transferEncoding == "base64" {
            // The first character of base64 holds the upper six bits of the first byte: "{" gives "e", "[" gives "W".
            switch self.raw[self.token.range].first {
            case UInt8(ascii: "e"): return true
            case UInt8(ascii: "W"): return false
            default: break
            }
        }
        let isSpace: (UInt8) -> Bool = { $0 <= UInt8(ascii: " ") }
        return try self.transferDecoded().first { !isSpace($0) } == UInt8(ascii: "{")
    }

    /// The body's JSON document.
    ///
    /// - Throws: ``MessageError/Code/contentDisallowed`` before anything is decoded if the media type is not JSON.
    func document() throws(MessageError) -> [UInt8] {
        guard self.contentType == Self.jsonContentType else {
            let type = self.contentType.prefix(128)
            throw MessageError(
                .contentDisallowed,
                "Refusing to deserialize content of type '\(type)': only JSON is accepted."
            )
        }
        let bytes = try self.transferDecoded()
        guard let compression = self.compression, !compression.isEmpty else { return bytes }
        return try Compression(contentType: compression).decompress(bytes, limits: self.limits)
    }

    private func transferDecoded() throws(MessageError) -> [UInt8] {
        let reader = JSONReader(validated: self.raw)
        guard self.transferEncoding == "base64" else {
            return reader.contents(of: self.token)
        }
        let bytes =
            if self.token.isEscaped {
                Base64.decode(reader.contents(of: self.token).span)
            } else {
                Base64.decode(self.raw.span.extracting(self.token.range))
            }
        guard let bytes else {
            throw MessageError(.badBody, "The body is not valid base64.")
        }
        return bytes
    }
}
