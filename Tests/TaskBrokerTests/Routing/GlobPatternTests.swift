import Testing

@testable import TaskBroker

struct GlobPatternTests {
    /// Every glob against every name of the pool, as Python 3.11 decides. Computed once:
    ///
    /// ```python
    /// [name for name in names if re.compile(fnmatch.translate(glob)).match(name)]
    /// ```
    @Test(arguments: [
        (
            "images.*",
            ["images.", "images.a", "images.b", "images.d", "images.bx", "images.resize", "images.thumb.small"]
        ),
        ("*.resize", ["images.resize", "videos.resize"]),
        ("images.?", ["images.a", "images.b", "images.d"]),
        ("images.[ab]", ["images.a", "images.b"]),
        ("images.[!ab]", ["images.d"]),
        ("images.[a-c]x", ["images.bx"]),
        ("[]]", ["]"]),
        ("[!]]", ["a", "b", "c", "d", "e", "-", "[", "!", "^", "*", "?", "\\", "é", "日"]),
        ("[!]", ["[!]"]),
        ("[", ["["]),
        ("[a", ["[a"]),
        ("a[", ["a["]),
        ("[a-]", ["a", "-"]),
        ("[-a]", ["a", "-"]),
        ("[c-a]", []),
        ("[a-c-e]", ["a", "b", "c", "e", "-"]),
        ("[--a]", ["a", "-", "]", "[", "^", "?", "\\"]),
        ("[*]", ["*"]),
        ("[?]", ["?"]),
        ("*a*b*c*", ["abc", "xaxbxcx"]),
        ("a**b", ["ab", "axb"]),
        ("", [""]),
        ("[[]", ["["]),
        ("[\\]", ["\\"]),
        ("[^a]", ["a", "^"]),
        ("tasks.[0-9][0-9]", ["tasks.07"]),
        ("images", ["images"]),
        ("Images.*", []),
        ("[é-ü]", ["é"]),
        ("im*.*.s*l", ["images.thumb.small"]),
    ])
    func `matches what fnmatch matches`(glob: String, matching: [String]) {
        #expect(Self.names.filter(GlobPattern(glob).matches) == matching)
    }

    @Test(arguments: ["*", "**"])
    func `a star matches every name`(glob: String) {
        #expect(Self.names.allSatisfy(GlobPattern(glob).matches))
    }

    @Test(arguments: ["?", "[!c-a]"])
    func `a question mark and the opposite of nothing match every single character`(glob: String) {
        #expect(Self.names.filter(GlobPattern(glob).matches) == Self.names.filter { $0.count == 1 })
    }

    @Test func `does not take longer for many stars`() {
        let glob = GlobPattern(String(repeating: "*a", count: 100) + "b")
        #expect(!glob.matches(String(repeating: "a", count: 255)))
    }

    private static let names = [
        "", "a", "b", "c", "d", "e", "-", "]", "[", "!", "^", "*", "?", "\\", "[a", "a[", "[!]", "ab", "axb",
        "abc", "xaxbxcx", "images", "images.", "images.a", "images.b", "images.d", "images.bx",
        "images.resize", "images.thumb.small", "videos.resize", "tasks.07", "tasks.7", "é", "日",
    ]
}
