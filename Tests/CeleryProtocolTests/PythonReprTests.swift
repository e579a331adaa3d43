import CeleryProtocol
import Testing

struct PythonReprTests {
    /// A string without spaces, at which texts are preferably cut.
    static func filler(_ count: Int) -> JSONValue {
        .string(String(repeating: "x", count: count))
    }

    static let values: [(JSONValue, String)] = [
        (nil, "None"), (true, "True"), (false, "False"), (3, "3"), (3.0, "3.0"), (1e300, "1e+300"),
        (.double(.nan), "nan"),
        (.double(-.infinity), "-inf"), (.bigInteger("1180591620717411303424"), "1180591620717411303424"),
        ("a", "'a'"), ("it's", "\"it's\""), (#"it's "x""#, #"'it\'s "x"'"#), (#""x""#, #"'"x"'"#), (#"\"#, #"'\\'"#),
        ("\n\r\t\0\u{7F}\u{A0}\u{AD}", #"'\n\r\t\x00\x7f\xa0\xad'"#), ("é世😀", "'é世😀'"),
        ("\u{2028}\u{E000}\u{10FFFF}", #"'\u2028\ue000\U0010ffff'"#),
        ([1, [], "b"], "[1, [], 'b']"), (["b": 1, "a": [nil]], "{'a': [None], 'b': 1}"),
    ]

    @Test(arguments: PythonReprTests.values)
    func `prints values as Python's repr`(value: JSONValue, text: String) {
        #expect(PythonRepr.value(value) == text)
    }

    static let tuples: [([JSONValue], String)] = [
        ([], "()"), ([1], "(1,)"), ([2, 3], "(2, 3)"), ([nil, true, 0.3], "(None, True, 0.3)"),
        ([["a": nil]], "({'a': None},)"),
        (["héllo 世界 😀 \"q\" 's'"], "('héllo 世界 😀 \"q\" \\'s\\'',)"),
        ([[[1]]], "([[1]],)"), ([[[[1]]]], "([[[...]]],)"), ([[["a": [:]]]], "([{'a': {...}}],)"),
        ([.string(String(repeating: "x", count: 1100)), 1], "('" + String(repeating: "x", count: 1023) + "...', ...)"),
        ([.string(String(repeating: "ab ", count: 400))], "('" + String(repeating: "ab ", count: 340) + "ab...',)"),
    ]

    /// What Celery 5.7.0 made of arguments around the length where texts are cut, recorded from its `saferepr`.
    static let cuts: [([JSONValue], String)] = [
        ([filler(1012), 1_234_567], "xxxxxxxxxx', 1234567...)"),
        ([filler(1015), 1_234_567], "xxxxxxxxxxxxx', 1234...)"),
        ([filler(1010), true], "xxxxxxxxxxxxxxxx', True)"),
        ([filler(1016), nil], "xxxxxxxxxxxxxx', Non...)"),
        ([filler(1012), "ab cd ef"], "xxxxxxxxxx', 'ab cd...')"),
        ([filler(1010), [1, 2], 3], "xxxxxxxx', [1, 2], 3...)"),
        ([filler(1015), [1, 2], 3], "xxxxxxxxxx', [1, , ...])"),
        ([filler(1018), [1, 2], 3], "xxxxxxxxxxxxx', [, ...])"),
        ([filler(1011), ["key": 1]], "xxxxxx', {'key': , ...})"),
        ([filler(1015), ["key": [[5]]]], "xxxxx', {'key...', ...})"),
        ([filler(1013), [[[1]]], 2], "xxxxxx', [[[...]]], ...)"),
        ([filler(1019)], "xxxxxxxxxxxxxxxxxxxxx',)"),
        ([filler(1020)], "xxxxxxxxxxxxxxxxxxxxx',)"),
        ([filler(1021)], "xxxxxxxxxxxxxxxxxxxxx',)"),
        ([filler(1022)], "xxxxxxxxxxxxxxxxxxxxx',)"),
        ([filler(1018), 5], "xxxxxxxxxxxxxxxx', 5...)"),
        ([filler(1019), 5], "xxxxxxxxxxxxxxx', , ...)"),
        ([filler(1005), -1.5e-20, 2], "xxxxxxxxx', -1.5e-20, 2)"),
    ]

    @Test(arguments: PythonReprTests.cuts)
    func `cuts arguments where Celery does`(args: [JSONValue], end: String) {
        #expect(PythonRepr.tuple(args).hasSuffix(end))
    }

    @Test(arguments: PythonReprTests.tuples)
    func `prints arguments as Celery does`(args: [JSONValue], text: String) {
        #expect(PythonRepr.tuple(args) == text)
    }

    @Test func `prints keyword arguments as Celery does`() {
        #expect(PythonRepr.dictionary([:]) == "{}")
        #expect(PythonRepr.dictionary(["x": 1, "a": "b"]) == "{'a': 'b', 'x': 1}")
    }

    @Test func `equals the texts recorded from Celery`() throws {
        let vectors = try Vectors()
        var count = 0
        // The others hold tuples, sorted differently, or dates, which JSON no longer tells apart.
        let excluded = ["message-ext-types", "message-map", "message-starmap", "message-chunks", "message-beat"]
        for name in try vectors.names(prefix: "message-") where !excluded.contains(name) {
            for record in try vectors.records(in: name) {
                let envelope = try Envelope(decoding: record.raw)
                guard envelope.layout == .protocol2, let body = try? envelope.decodeBody() else { continue }
                #expect(PythonRepr.tuple(body.args) == envelope.headers.argsrepr, "\(name)")
                #expect(PythonRepr.dictionary(body.kwargs) == envelope.headers.kwargsrepr, "\(name)")
                count += 1
            }
        }
        #expect(count > 70)
    }

    @Test func `stays short whatever comes`() {
        let wide = JSONValue.array(Array(repeating: .array(Array(repeating: "'", count: 100)), count: 10_000))
        #expect(PythonRepr.tuple([wide, wide]).utf8.count < 1100)
        let names = Dictionary(uniqueKeysWithValues: (0..<10_000).map { ("key\($0)", JSONValue.integer($0)) })
        #expect(PythonRepr.dictionary(names).utf8.count < 1100)
        #expect(PythonRepr.display(.bigInteger(String(repeating: "9", count: 4000))).utf8.count < 4100)
    }
}
