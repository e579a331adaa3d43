import CeleryProtocol
import Testing

/// Control requests that Celery would not send.
struct ControlRequestTests {
    private static func decode(_ body: JSONValue, headers: [String: JSONValue] = [:]) throws -> ControlRequest {
        let message = PlainMessage(headers: headers, exchange: "celery.pidbox", routingKey: "", body: body)
        return try ControlRequest(decoding: message.encoded())
    }

    @Test func `needs nothing but a method`() throws {
        let request = try Self.decode(["method": "ping"], headers: ["clock": "late", "expires": []])
        #expect(request == ControlRequest("ping"))
    }

    static let refused: [(JSONValue, MessageError.Code)] = [
        (nil, .badBody),
        (["ping"], .badBody),
        ([:], .invalidName),
        (["method": nil], .invalidName),
        (["method": 7], .wrongType),
        (["method": "a\u{1B}[2J"], .invalidName),
        (["method": .string(String(repeating: "x", count: 256))], .invalidName),
        (["method": "ping", "arguments": []], .wrongType),
        (["method": "ping", "destination": "w1@cap"], .wrongType),
        (["method": "ping", "destination": ["w1@cap", 3]], .wrongType),
        (["method": "ping", "pattern": 3], .wrongType),
        (["method": "ping", "matcher": ["x": 1]], .wrongType),
        (["method": "ping", "ticket": 1], .wrongType),
        (["method": "ping", "ticket": "a\nb"], .invalidName),
        (["method": "ping", "reply_to": "celery"], .invalidValue),
        (["method": "ping", "reply_to": ["exchange": "reply.celery.pidbox"]], .invalidValue),
    ]

    @Test(arguments: ControlRequestTests.refused)
    func `refuses fields of a wrong type`(body: JSONValue, code: MessageError.Code) {
        let error = #expect(throws: MessageError.self) { try Self.decode(body) }
        #expect(error?.code == code)
    }

    /// Addresses that would make a worker write somewhere else.
    static let addresses: [(String, String)] = [
        ("", "celery"),
        ("celery", "celery"),
        ("celery.pidbox", "3fa7cf66-9f55-32e2-9cf6-0f925a07754a"),
        ("reply.celery.pidbox.x", "3fa7cf66-9f55-32e2-9cf6-0f925a07754a"),
        ("reply.celery.pidbox", ""),
        ("reply.celery.pidbox", "a.b"),
        ("reply.celery.pidbox", "a\u{06}\u{16}3"),
        ("reply.celery.pidbox", "*"),
        ("reply.celery.pidbox", "ä"),
        ("reply.celery.pidbox", String(repeating: "a", count: 65)),
    ]

    @Test(arguments: ControlRequestTests.addresses)
    func `refuses replies to anything but a reply queue`(exchange: String, routingKey: String) {
        #expect(ReplyAddress(exchange: exchange, routingKey: routingKey) == nil)
        let error = #expect(throws: MessageError.self) {
            try Self.decode([
                "method": "ping",
                "reply_to": ["exchange": .string(exchange), "routing_key": .string(routingKey)],
            ])
        }
        #expect(error?.code == .invalidValue)
    }

    @Test func `refuses requests larger than a mebibyte`() {
        let ids = JSONValue.array(Array(repeating: .string(String(repeating: "a", count: 1000)), count: 1100))
        let error = #expect(throws: MessageError.self) {
            try Self.decode(["method": "revoke", "arguments": ["task_id": ids]])
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func `never traps, whatever is published`() {
        var random = SplitMix64(seed: 7)
        let whole = ControlRequest(
            "revoke",
            arguments: ["task_id": ["a", "b"], "terminate": true],
            destination: ["a@b"],
            ticket: "t",
            replyTo: ReplyAddress(),
            signature: ControlSignature(timestamp: 1, nonce: "n", hmac: String(repeating: "0", count: 64))
        ).encoded()
        var accepted = 0
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            do throws(MessageError) {
                _ = try ControlRequest(decoding: bytes)
                accepted += 1
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
        #expect(accepted < 3000)
    }
}

/// What a signature vouches for.
struct ControlSignatureTests {
    static let request = ControlRequest(
        "rate_limit",
        arguments: [
            "task_name": "add", "rate_limit": 1.5, "text": "ü\u{1F600}", "big": .bigInteger("100000000000000000000"),
        ],
        destination: ["a@b"],
        ticket: "t",
        replyTo: ReplyAddress(),
        clock: 4
    )

    @Test func `survives the wire, and so do the bytes that it was made of`() throws {
        var request = Self.request
        let bytes = request.bytesToSign(timestamp: 17, nonce: "n")
        request.signature = ControlSignature(timestamp: 17, nonce: "n", hmac: String(repeating: "ab", count: 32))
        let read = try ControlRequest(decoding: request.encoded())
        #expect(read == request)
        #expect(read.bytesToSign(timestamp: 17, nonce: "n") == bytes)
    }

    @Test func `is over the body as Python would dump it with sorted keys`() {
        var request = ControlRequest("ping", arguments: ["b": 1, "a": [true, nil, "é"]])
        request.clock = 99
        let text =
            #"{"arguments": {"a": [true, null, "\u00e9"], "b": 1}, "destination": null, "matcher": null, "#
            + #""method": "ping", "nonce": "n", "pattern": null, "timestamp": 17}"#
        #expect(String(decoding: request.bytesToSign(timestamp: 17, nonce: "n"), as: UTF8.self) == text)
    }

    static let changes: [@Sendable (inout ControlRequest) -> Void] = [
        { $0.method = "shutdown" },
        { $0.arguments["task_name"] = "sub" },
        { $0.destination = [] },
        { $0.destination = ["c@d"] },
        { $0.pattern = "*" },
        { $0.matcher = "glob" },
        { $0.ticket = "u" },
        { $0.replyTo = nil },
        { $0.replyTo = ReplyAddress() },
    ]

    @Test(arguments: 0..<9)
    func `covers everything that decides what happens`(index: Int) {
        var changed = Self.request
        Self.changes[index](&changed)
        #expect(changed.bytesToSign(timestamp: 1, nonce: "n") != Self.request.bytesToSign(timestamp: 1, nonce: "n"))
        #expect(Self.changes.count == 9)
    }

    static let unreadable: [JSONValue] = [
        nil, "x", [:],
        ["timestamp": 1.5, "nonce": "n", "hmac": .string(String(repeating: "0", count: 64))],
        ["timestamp": 1, "nonce": "", "hmac": .string(String(repeating: "0", count: 64))],
        [
            "timestamp": 1, "nonce": .string(String(repeating: "n", count: 129)),
            "hmac": .string(String(repeating: "0", count: 64)),
        ],
        ["timestamp": 1, "nonce": "n", "hmac": "00"],
    ]

    @Test(arguments: ControlSignatureTests.unreadable)
    func `counts as none if it is malformed`(signature: JSONValue) throws {
        let body: JSONValue = ["method": "ping", "signature": signature]
        let message = PlainMessage(headers: [:], exchange: "celery.pidbox", routingKey: "", body: body)
        #expect(try ControlRequest(decoding: message.encoded()).signature == nil)
    }
}
