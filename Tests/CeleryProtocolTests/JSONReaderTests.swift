import CeleryProtocol
import Testing

struct JSONReaderTests {
    static let readable: [(String, JSONValue)] = [
        ("null", JSONValue.null), ("true", true), (" false ", false), ("0", 0), ("-0", 0), ("42", 42), ("-17", -17),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .bigInteger("9223372036854775808")),
        ("-9223372036854775809", .bigInteger("-9223372036854775809")),
        ("1180591620717411303424", .bigInteger("1180591620717411303424")),
        ("1.0", 1.0), ("-0.0", .double(-0.0)), ("1e3", 1000.0), ("1E+3", 1000.0), ("25e-2", 0.25),
        ("1e400", .double(.infinity)),
        ("-1e400", .double(-.infinity)), ("1e-400", 0.0), ("0.1", 0.1),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("5e-324", .double(.leastNonzeroMagnitude)),
        ("123456789012345678901234567890.5", 123456789012345678901234567890.5),
        ("1e99999999999999999999", .double(.infinity)), ("0e99999999999999999999", 0.0),
        ("Infinity", .double(.infinity)), ("-Infinity", .double(-.infinity)),
        (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{08}\u{0C}\n\r\t"), (#""h\u00e9llo""#, "héllo"),
        (#""\ud83d\ude00""#, "😀"), (#""😀""#, "😀"), (#""\u0000""#, "\0"),
        (#""\ud800""#, "\u{FFFD}"), (#""\udc00x""#, "\u{FFFD}x"), (#""\ud800\ud800""#, "\u{FFFD}\u{FFFD}"),
        (#""\ud800\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        ("[]", []), ("[ ]", []), ("[1, [2, []]]", [1, [2, []]]), ("{}", [:]), ("{ }", [:]),
        (#"{"a": {"b": [null]}}"#, ["a": ["b": [nil]]]), (#"{"a": 1, "a": 2}"#, ["a": 2]),
        (#"{"\u0061": 1}"#, ["a": 1]), ("\n\t\r [1]\n", [1]),
    ]

    @Test(arguments: JSONReaderTests.readable)
    func `reads what Python reads`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test func `reads NaN`() throws {
        #expect(try JSONValue(parsing: "[NaN]")[0]?.doubleValue?.isNaN == true)
    }

    @Test(arguments: [
        "", " ", "nul", "nulL", "True", "None", "nan", "-", "-NaN", "+1", "01", "-01", "1.", ".5", "1.e3", "1e", "1e+",
        "0x10", "1_0",
        "1 2", "[1 2]", "[1,]", "[,1]", "[", "]", "[1", "[1,", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
        "{\"a\":1,}",
        "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[1}", "{\"a\":1]", "\"", "\"a", "\"\\", "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"", "\"\n\"", "\"\0\"", "'a'", "/**/1", "1//", "\u{FEFF}1", "[1]]", "{}{}", "Infinit", "-Infinit",
    ])
    func `refuses what is not JSON`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(throws: JSONError.self) {
            var reader = try JSONReader(Array(text.utf8))
            try reader.skipValue()
            try reader.finish()
        }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
            [0x22, 0xC3, 0x22], [0x31, 0x80],
        ] as [[UInt8]]
    )
    func `refuses bytes that are not UTF-8`(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.code == .invalidUTF8)
    }

    @Test func `refuses every prefix of a document`() throws {
        let record = try #require(try Vectors().records(in: "message-ext-types").first)
        for length in 0..<record.raw.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(record.raw[..<length])) }
        }
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")])
    func `refuses what is nested too deeply`(opening: String, closing: String) throws {
        let levels = opening.count == 1 || opening.first == "{" ? 1 : 2
        func document(_ count: Int) -> [UInt8] {
            Array((String(repeating: opening, count: count) + "1" + String(repeating: closing, count: count)).utf8)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: document(64 / levels)) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: document(64 / levels + 1)) }
        #expect(error?.code == .tooDeep)
        #expect(throws: JSONError.self) { try JSONValue(parsing: document(100_000)) }
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: Array(String(repeating: opening, count: 100_000).utf8))
        }
    }

    @Test func `keeps its limits to the value`() throws {
        let limits = JSONLimits(maximumBytes: 20, maximumElements: 3, maximumNumberLength: 5)
        func code(_ text: String) -> JSONError.Code? {
            do throws(JSONError) {
                _ = try JSONValue(parsing: Array(text.utf8), limits: limits)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code("[1, 2, 3]") == nil)
        #expect(code("[1, 2, 3, 4]") == .tooManyElements)
        #expect(code(#"[{"a": 1}, 2]"#) == nil)
        #expect(code(#"[{"a": 1}, 2, 3]"#) == .tooManyElements)
        #expect(code("12345") == nil)
        #expect(code("123456") == .numberTooLong)
        #expect(code("-1.234") == .numberTooLong)
        #expect(code(#""234567890123456789""#) == nil)
        #expect(code(#""2345678901234567890""#) == .tooLarge)
    }

    @Test func `says where the error is`() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array("[1, x]".utf8)) }
        #expect(error?.code == .unexpectedByte)
        #expect(error?.offset == 4)
        #expect(error.map { "\($0)" } == "unexpected character at byte 4")
    }

    @Test func `pulls only what is asked for`() throws {
        var reader = try JSONReader(Array(#"{"skip": [1, {"x": "y"}], "list": [true, null, 2.5], "text": "é"}"#.utf8))
        var seen: [String] = []
        try reader.beginObject()
        while try reader.nextKey() != nil {
            seen.append(reader.keyText)
            switch reader.keyText {
            case "list":
                try reader.beginArray()
                #expect(try reader.nextElement())
                #expect(try reader.readBool())
                #expect(try reader.nextElement())
                try reader.readNull()
                #expect(try reader.nextElement())
                #expect(try reader.readValue() == 2.5)
                #expect(try !reader.nextElement())
            case "text": #expect(try reader.readString() == "é")
            default: try reader.skipValue()
            }
        }
        try reader.finish()
        #expect(seen == ["skip", "list", "text"])
    }
}
