import CeleryProtocol
import Testing

/// Every message recorded from Celery is read, and written again means the same.
struct MessageVectorTests {
    /// Vectors whose bodies we refuse, or cannot decompress.
    static let undecodable = [
        "message-serializer-msgpack": MessageError.Code.contentDisallowed,
        "message-serializer-pickle": .contentDisallowed,
        "message-serializer-yaml": .contentDisallowed,
        "message-compression-lzma": .unknownCompression,
    ]

    @Test func `reads and writes every recorded message`() throws {
        let vectors = try Vectors()
        let names = try vectors.names(prefix: "message-")
        #expect(names.count >= 60)
        var count = 0
        for name in names where Self.undecodable[name] == nil {
            for record in try vectors.records(in: name) {
                let envelope = try Envelope(decoding: record.raw)
                let body = try envelope.decodeBody()
                let message = TaskMessage(
                    headers: envelope.headers,
                    properties: envelope.properties,
                    args: body.args,
                    kwargs: body.kwargs,
                    embed: body.embed
                )
                let written = message.encoded()
                #expect(try message.encoded(within: .default) == written, "\(name)")
                let again = try Envelope(decoding: written)
                let bodyAgain = try again.decodeBody()
                // Compared as text, because NaN is not equal to itself.
                #expect(bodyAgain.args.description == body.args.description, "\(name)")
                #expect(bodyAgain.kwargs == body.kwargs && bodyAgain.embed == body.embed, "\(name)")
                if envelope.layout == .protocol2 {
                    let original = try Self.comparable(JSONValue(parsing: record.raw), body: record.fields["body_json"])
                    let copy = try Self.comparable(
                        JSONValue(parsing: written),
                        body: JSONValue(parsing: Self.body(of: written))
                    )
                    #expect(copy.description == original.description, "\(name)")
                }
                count += 1
            }
        }
        #expect(count >= 88)
    }

    @Test(arguments: MessageVectorTests.undecodable.keys.sorted())
    func `refuses bodies that are not ours to read`(name: String) throws {
        for record in try Vectors().records(in: name) {
            let envelope = try Envelope(decoding: record.raw)
            let error = #expect(throws: MessageError.self) { try envelope.decodeBody() }
            #expect(error?.code == Self.undecodable[name])
            #expect(error?.taskID == envelope.headers.id)
            #expect(error?.taskName == "cap.add")
        }
    }

    /// The decoded body of a message.
    static func body(of raw: [UInt8]) throws -> [UInt8] {
        let text = try #require(try JSONValue(parsing: raw)["body"]?.stringValue)
        return try #require(Base64.decode(text))
    }

    /// A message without what may differ: the notation of times, the compression, and the body's text in favor of its
    /// content.
    static func comparable(_ envelope: JSONValue, body: JSONValue?) throws -> JSONValue {
        var members = try #require(envelope.objectValue)
        var headers = try #require(members["headers"]?.objectValue)
        for field in ["eta", "expires"] {
            let text = headers[field]?.stringValue
            headers[field] = text.flatMap { Timestamp(iso8601: $0) }.map { .string($0.iso8601) } ?? .null
        }
        headers["compression"] = nil
        members["headers"] = .object(headers)
        members["body"] = body
        return .object(members)
    }
}
