import CeleryProtocol
import Testing

/// The 23 shapes of `reliability.md` F6, on most of which a Celery worker stops: each is refused with a reason, or
/// runs.
struct MalformedMessageTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let raw: [UInt8]
        /// What it is refused for; `nil` if it runs, because nothing important is wrong.
        let code: MessageError.Code?
        /// The task that the error names; known as soon as the headers were readable.
        var taskID: String?

        init(_ name: String, _ raw: [UInt8], _ code: MessageError.Code?, taskID: String? = "i") {
            self.testDescription = name
            self.raw = raw
            self.code = code
            self.taskID = taskID
        }
    }

    /// A message whose body is not encoded, from its parts as JSON.
    static func message(
        body: String = #""""#,
        headers: String = "{\(Sample.headers)}",
        properties: String = "{\(Sample.properties)}"
    ) -> [UInt8] {
        let content = #""body": \#(body), "content-type": "application/json""#
        return Array(#"{\#(content), "headers": \#(headers), "properties": \#(properties)}"#.utf8)
    }

    static let shapes = [
        Shape("not JSON", Array("hello".utf8), .notJSON, taskID: nil),
        Shape("truncated", Sample.envelope().dropLast(9), .notJSON),
        Shape("invalid UTF-8", Sample.envelope().map { $0 == UInt8(ascii: "q") ? 0xFF : $0 }, .notJSON, taskID: nil),
        Shape("null", Array("null".utf8), .notAnObject, taskID: nil),
        Shape("array", Array("[1]".utf8), .notAnObject, taskID: nil),
        Shape("empty object", Array("{}".utf8), .missingField, taskID: nil),
        Shape("nested deeply", Array((#"{"x":"# + String(repeating: "[", count: 20_000)).utf8), .tooDeep, taskID: nil),
        Shape(
            "bad base64",
            Self.message(body: #""***""#, properties: #"{\#(Sample.properties), "body_encoding": "base64"}"#),
            .badBody
        ),
        Shape(
            "unknown body encoding",
            Self.message(properties: #"{\#(Sample.properties), "body_encoding": "rot13"}"#),
            .unknownEncoding
        ),
        Shape("no properties", Self.message(properties: "null"), .missingField),
        Shape("no delivery tag", Self.message(properties: #"{"delivery_info": {}}"#), .missingField),
        Shape("body of the wrong shape", Sample.envelope(body: "[1, 2]"), .badBody),
        Shape("body of four parts", Sample.envelope(body: "[[], {}, {}, {}]"), .badBody),
        Shape("body not JSON", Sample.envelope(body: "{nope"), .badBody),
        Shape("body nested deeply", Sample.envelope(body: String(repeating: "[", count: 70)), .tooDeep),
        Shape("pickle", Sample.envelope(contentType: "application/x-python-serialize"), .contentDisallowed),
        Shape("headers null", Self.message(headers: "null"), .missingField, taskID: nil),
        Shape("headers without id", Sample.envelope(headers: #""task": "t""#), .missingField, taskID: nil),
        Shape("garbage eta", Sample.envelope(headers: Sample.headers + #", "eta": "soon""#), .invalidValue),
        Shape("garbage expires", Sample.envelope(headers: Sample.headers + #", "expires": 17"#), .wrongType),
        Shape("time limit no array", Sample.envelope(headers: Sample.headers + #", "timelimit": "abc""#), .wrongType),
        Shape("retries no number", Sample.envelope(headers: Sample.headers + #", "retries": "many""#), nil),
        Shape("priority no number", Sample.envelope(properties: Sample.properties + #", "priority": "high""#), nil),
    ]

    @Test(arguments: MalformedMessageTests.shapes)
    func `refuses each malformed shape with a reason`(shape: Shape) throws {
        guard let code = shape.code else {
            #expect(try Envelope(decoding: shape.raw).decodeBody().args == [1, 2])
            return
        }
        let error = try #require(throws: MessageError.self) { try Envelope(decoding: shape.raw).decodeBody() }
        #expect(error.code == code)
        #expect(error.taskID == shape.taskID)
        #expect(error.message.hasSuffix("."))
        #expect(error.exception.module == "kombu.exceptions")
        #expect(error.exception.type == (code == .contentDisallowed ? "ContentDisallowed" : "DecodeError"))
        #expect(error.exception.message == [.string(error.message)])
    }

    @Test func `covers every shape`() {
        #expect(Self.shapes.count == 23)
    }
}
