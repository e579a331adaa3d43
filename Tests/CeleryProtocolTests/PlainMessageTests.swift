import CeleryProtocol
import Testing

/// Messages that are no tasks: every one recorded from Celery is read, and written again means the same.
struct PlainMessageTests {
    static let recorded = [("pidbox-", 80), ("event-", 5)]

    @Test(arguments: PlainMessageTests.recorded)
    func `reads and writes every recorded message`(prefix: String, atLeast minimum: Int) throws {
        let vectors = try Vectors()
        var count = 0
        for name in try vectors.names(prefix: prefix) {
            let vector = try vectors.load(name)
            guard var envelope = vector["envelope"]?.objectValue, let body = vector["body"] ?? vector["event"] else {
                continue
            }
            var encoded: [UInt8] = []
            Base64.append(body.serialized(), to: &encoded)
            envelope["body"] = .string(String(decoding: encoded, as: UTF8.self))

            let message = try PlainMessage(decoding: JSONValue.object(envelope).serialized())
            #expect(message.body == body, "\(name)")
            #expect(message.headers == envelope["headers"]?.objectValue, "\(name)")

            var properties = try #require(envelope["properties"]?.objectValue)
            // Celery sends requests with the delivery mode of tasks; on Redis it has no effect.
            properties["delivery_mode"] = 1
            envelope["properties"] = .object(properties)
            #expect(try JSONValue(parsing: message.encoded()) == .object(envelope), "\(name)")
            count += 1
        }
        #expect(count >= minimum)
    }

    @Test func `takes headers and properties that are absent as empty`() throws {
        let raw = #"{"body": "[1]", "content-type": "application/json", "headers": 7, "properties": null}"#
        let message = try PlainMessage(decoding: Array(raw.utf8))
        #expect(message.body == [1])
        #expect(message.headers.isEmpty)
        #expect(message.exchange.isEmpty && message.routingKey.isEmpty)
    }

    static let refused: [(String, MessageError.Code)] = [
        ("", .notJSON),
        ("hello", .notJSON),
        ("[1]", .notAnObject),
        ("{}", .missingField),
        (#"{"body": 1, "content-type": "application/json"}"#, .missingField),
        (#"{"body": "{}"}"#, .contentDisallowed),
        (#"{"body": "{}", "content-type": "application/x-python-serialize"}"#, .contentDisallowed),
        (#"{"body": "{", "content-type": "application/json"}"#, .badBody),
        (
            #"{"body": "***", "content-type": "application/json", "properties": {"body_encoding": "base64"}}"#, .badBody
        ),
        (#"{"x": "# + String(repeating: "[", count: 20_000), .tooDeep),
        (
            #"{"body": ""# + String(repeating: "[", count: 100) + #"", "content-type": "application/json"}"#, .tooDeep
        ),
    ]

    @Test(arguments: PlainMessageTests.refused)
    func `refuses what has no body in JSON`(text: String, code: MessageError.Code) {
        let error = #expect(throws: MessageError.self) { try PlainMessage(decoding: Array(text.utf8)) }
        #expect(error?.code == code)
    }
}
