import CeleryProtocol
import Testing

struct ExceptionDocumentTests {
    static let readable: [(JSONValue, ExceptionDocument)] = [
        (
            ["exc_type": "MyError", "exc_message": ["it broke", 42], "exc_module": "captasks"],
            ExceptionDocument(type: "MyError", message: ["it broke", 42], module: "captasks")
        ),
        (
            ["exc_type": "PaymentError", "exc_message": "declined", "exc_module": nil],
            ExceptionDocument(type: "PaymentError", message: ["declined"], module: nil)
        ),
        (["exc_type": "Boom"], ExceptionDocument(type: "Boom", message: [], module: nil)),
        (["exc_type": "Boom", "exc_message": nil], ExceptionDocument(type: "Boom", message: [], module: nil)),
        ("boom", ExceptionDocument(type: "Exception", message: ["boom"], module: "builtins")),
        (nil, ExceptionDocument(type: "Exception", message: [], module: "builtins")),
        (["a": 1], ExceptionDocument(type: "Exception", message: [["a": 1]], module: "builtins")),
    ]

    @Test(arguments: ExceptionDocumentTests.readable)
    func `reads what may be stored`(json: JSONValue, exception: ExceptionDocument) {
        #expect(ExceptionDocument(json) == exception)
        #expect(ExceptionDocument(exception.json) == exception)
    }

    @Test func `prints as Python's repr`() {
        let exception = ExceptionDocument(type: "Outer.MyError", message: ["it broke", 42], module: "captasks")
        #expect(exception.pythonRepr == "MyError('it broke', 42)")
        #expect(ExceptionDocument(type: "E", message: [], module: nil).pythonRepr == "E()")
    }

    @Test func `equals the texts that Python clients showed`() throws {
        let vectors = try Vectors()
        for name in ["result-failure", "result-failure-builtin", "result-failure-encode-error"] {
            let file = try vectors.load(name)
            let stored = try #require(file["meta"]?["raw"]?.stringValue)
            let exception = try #require(try ResultDocument(decoding: Array(stored.utf8)).exception)
            #expect(exception.pythonRepr == file["client_exception"]?.stringValue, "\(name)")
        }
    }
}
