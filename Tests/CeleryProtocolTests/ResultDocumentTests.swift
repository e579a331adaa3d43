import CeleryProtocol
import Testing

struct ResultDocumentTests {
    @Test func `knows when there is an exception`() {
        func exception(_ status: String, _ result: JSONValue) -> ExceptionDocument? {
            ResultDocument(status: status, result: result, taskID: "i").exception
        }
        #expect(exception("SUCCESS", ["exc_type": "E"]) == nil)
        #expect(exception("RETRY", nil) == nil)
        #expect(exception("RETRY", ["exc_type": "E"])?.type == "E")
        #expect(exception("REVOKED", ["exc_type": "TaskRevokedError"])?.type == "TaskRevokedError")
        #expect(exception("FAILURE", nil)?.type == "Exception")
    }

    @Test func `tells null from absent`() throws {
        let result = try ResultDocument(decoding: Array(#"{"status": "PENDING", "children": null, "args": null}"#.utf8))
        #expect(result.children == nil)
        #expect(result.args == nil)
        #expect(result.result == .null)
    }

    static let refusals: [(String, MessageError.Code)] = [
        ("", .notJSON), ("{", .notJSON), ("[]", .notAnObject), ("5", .notAnObject), ("{}", .missingField),
        (#"{"status": null}"#, .missingField), (#"{"status": 5}"#, .missingField), (#"{"status": "A"} x"#, .notJSON),
        (#"{"result": \#(String(repeating: "[", count: 100))"#, .tooDeep),
    ]

    @Test(arguments: ResultDocumentTests.refusals)
    func `refuses what is no result`(text: String, code: MessageError.Code) {
        let error = #expect(throws: MessageError.self) { try ResultDocument(decoding: Array(text.utf8)) }
        #expect(error?.code == code)
    }

    @Test func `reads compressed results`() throws {
        let record = try #require(try Vectors().records(in: "message-compression-gzip").first)
        let text = try #require(try JSONValue(parsing: record.raw)["body"]?.stringValue)
        let content = try #require(Base64.decode(text))
        let stored = Array("\0celery-compressed\0application/x-gzip\0".utf8) + content
        let error = #expect(throws: MessageError.self) { try ResultDocument(decoding: stored) }
        #expect(error?.code == .notAnObject)
        let body = Array(#"{"status": "SUCCESS", "result": 5, "task_id": "i"}"#.utf8)
        let block: [UInt8] = [0x78, 0x01, 1, UInt8(body.count), 0, ~UInt8(body.count), 0xFF] + body
        let stream = block + CompressionTests.adler32(body)
        let result = try ResultDocument(decoding: Array("\0celery-compressed\0application/x-gzip\0".utf8) + stream)
        #expect(result.result == 5)
    }
}
