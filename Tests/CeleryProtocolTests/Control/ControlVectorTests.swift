import CeleryProtocol
import Testing

/// Requests and replies that were recorded from Celery, both ways.
struct ControlVectorTests {
    /// The message of a vector as it went over the wire.
    private static func raw(_ vector: JSONValue, body: JSONValue) throws -> [UInt8] {
        var envelope = try #require(vector["envelope"]?.objectValue)
        var encoded: [UInt8] = []
        Base64.append(body.serialized(), to: &encoded)
        envelope["body"] = .string(String(decoding: encoded, as: UTF8.self))
        return JSONValue.object(envelope).serialized()
    }

    @Test func `reads and writes every recorded request`() throws {
        let vectors = try Vectors()
        var count = 0
        for name in try vectors.names(prefix: "pidbox-") where name.hasSuffix("-request") {
            let vector = try vectors.load(name)
            guard let body = vector["body"], vector["envelope"] != nil else { continue }
            let request = try ControlRequest(decoding: Self.raw(vector, body: body))
            #expect(.string(request.method) == body["method"], "\(name)")
            #expect(.object(request.arguments) == body["arguments"], "\(name)")
            #expect(request.replyTo?.id == body["reply_to"]?["routing_key"]?.stringValue, "\(name)")
            #expect(request.clock > 0, "\(name)")

            let copy = try PlainMessage(decoding: request.encoded())
            #expect(copy.body == body, "\(name)")
            #expect(copy.headers["clock"] == vector["envelope"]?["headers"]?["clock"], "\(name)")
            #expect(copy.exchange == "celery.pidbox" && copy.routingKey.isEmpty, "\(name)")
            #expect(try ControlRequest(decoding: request.encoded()) == request, "\(name)")
            count += 1
        }
        #expect(count >= 40)
    }

    @Test func `reads and writes every recorded reply`() throws {
        let vectors = try Vectors()
        var count = 0
        for name in try vectors.names(prefix: "pidbox-") where name.hasSuffix("-reply") {
            let vector = try vectors.load(name)
            let body = try #require(vector["body"])
            let reply = try ControlReply(decoding: Self.raw(vector, body: body))
            #expect(.object(reply.values) == body && reply.values.keys.sorted() == ["w1@cap"], "\(name)")

            let info = try #require(vector["envelope"]?["properties"]?["delivery_info"])
            let address = try #require(
                ReplyAddress(
                    exchange: info["exchange"]?.stringValue ?? "",
                    routingKey: info["routing_key"]?.stringValue ?? ""
                )
            )
            #expect(address.queue == vector["list"]?.stringValue, "\(name)")
            let copy = try PlainMessage(decoding: reply.encoded(for: address))
            #expect(copy.body == body && .object(copy.headers) == vector["envelope"]?["headers"], "\(name)")
            #expect(copy.exchange == "reply.celery.pidbox" && copy.routingKey == address.id, "\(name)")
            count += 1
        }
        #expect(count >= 40)
    }

    @Test func `reads the hello of a worker that starts`() throws {
        let vector = try Vectors().load("mingle-hello")
        let message = PlainMessage(
            headers: try #require(vector["request_headers"]?.objectValue),
            exchange: "celery.pidbox",
            routingKey: "",
            body: try #require(vector["request"])
        )
        let request = try ControlRequest(decoding: message.encoded())
        #expect(request.method == "hello")
        #expect(request.arguments == ["from_node": "w2@cap", "revoked": []])
        #expect(request.clock == 1)
        #expect(request.expires == 1_795_227_849.8831553)
    }
}
