import Testing

@testable import TaskBrokerCLI

struct TerminalTextTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("Zoë 山田 👍", "Zoë 山田 👍"),
        ("a\\b", "a\\b"),
        ("\u{1B}[2J", "\\x1b[2J"),
        ("\u{1B}]52;c;aGk=\u{07}", "\\x1b]52;c;aGk=\\x07"),
        ("\u{1B}]8;;http://evil\u{1B}\\link", "\\x1b]8;;http://evil\\x1b\\link"),
        ("ok\r\nFAKE", "ok\\r\\nFAKE"),
        ("a\tb\u{0}c\u{7F}", "a\\tb\\x00c\\x7f"),
        ("\u{9B}31m", "\\x9b31m"),
        ("abc\u{202E}gpj.exe", "abc\\u{202e}gpj.exe"),
        ("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}"),
        ("line\u{2028}break\u{2029}", "line\\u{2028}break\\u{2029}"),
        ("zero\u{200B}width\u{FEFF}", "zero\\u{200b}width\\u{feff}"),
        ("tag\u{E0041}", "tag\\u{e0041}"),
        ("", ""),
    ])
    func `makes visible what a terminal acts on`(text: String, expected: String) {
        #expect(TerminalText.escape(text) == expected)
    }

    @Test func `no control character comes through, whatever is escaped`() {
        for value in (UInt32(0)...0x2FFF).compactMap(Unicode.Scalar.init) {
            let escaped = TerminalText.escape("x\(value)y")
            let isControl = value.properties.generalCategory == .control
            #expect(!isControl || escaped.utf8.allSatisfy { 0x20..<0x7F ~= $0 })
        }
    }

    @Test func `tracebacks keep their lines and nothing else`() {
        #expect(TerminalText.escapeLines("a\n\tb\r\n\u{1B}[1m") == "a\n\tb\\r\n\\x1b[1m")
    }

    @Test(arguments: [("abc", 3), ("山田", 4), ("é", 1), ("👍", 2), ("", 0)])
    func `counts columns`(text: String, expected: Int) {
        #expect(TerminalText.width(of: text) == expected)
    }
}
