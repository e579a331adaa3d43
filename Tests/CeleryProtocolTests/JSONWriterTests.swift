import CeleryProtocol
import Testing

struct JSONWriterTests {
    static let written: [(JSONValue, String)] = [
        (JSONValue.null, "null"), (true, "true"), (0, "0"), (9, "9"), (10, "10"), (-1, "-1"),
        (.integer(.min), "-9223372036854775808"),
        (.bigInteger("-18446744073709551616"), "-18446744073709551616"),
        (.bigInteger("no number"), #""no number""#), (.bigInteger(""), #""""#), (.bigInteger("-"), #""-""#),
        (.bigInteger("01"), #""01""#),
        (1.0, "1.0"), (.double(-0.0), "-0.0"), (0.1, "0.1"), (1e15, "1000000000000000.0"),
        (9.5e15, "9500000000000000.0"),
        (9007199254740993.0, "9007199254740992.0"), (-9999999999999998.0, "-9999999999999998.0"), (1e16, "1e+16"),
        (1.5e16, "1.5e+16"), (1e300, "1e+300"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1.25e-7, "1.25e-07"),
        (123456789.125, "123456789.125"), (.double(.leastNonzeroMagnitude), "5e-324"),
        (.double(.greatestFiniteMagnitude), "1.7976931348623157e+308"),
        (.double(.nan), "NaN"), (.double(.infinity), "Infinity"), (.double(-.infinity), "-Infinity"),
        ("", #""""#), ("a/b", #""a/b""#), ("\"\\\u{08}\u{0C}\n\r\t\0\u{7F}", #""\"\\\b\f\n\r\t\u0000\u007f""#),
        ("héllo 世界 😀", #""h\u00e9llo \u4e16\u754c \ud83d\ude00""#), ("\u{2028}", #""\u2028""#),
        ([], "[]"), ([1, "a", nil], #"[1, "a", null]"#), ([:], "{}"), (["b": 1, "a": [2]], #"{"a": [2], "b": 1}"#),
    ]

    @Test(arguments: JSONWriterTests.written)
    func `writes what Python writes`(value: JSONValue, text: String) {
        #expect(value.description == text)
        #expect(value.serialized() == Array(text.utf8))
    }

    @Test func `reads back what it wrote`() throws {
        var generator = SplitMix64(seed: 1)
        for _ in 0..<5_000 {
            let value = JSONValue.random(depth: 4, using: &generator)
            #expect(try JSONValue(parsing: value.serialized()) == value)
        }
    }

    @Test func `rewrites every vector to the same value`() throws {
        let vectors = try Vectors()
        for name in try vectors.names(prefix: "") {
            let value = try vectors.load(name)
            #expect(try JSONValue(parsing: value.serialized()).description == value.description, "\(name)")
        }
    }
}
