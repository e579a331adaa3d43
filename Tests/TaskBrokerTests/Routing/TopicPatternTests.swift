import Testing

@testable import TaskBroker

struct TopicPatternTests {
    /// Every key against every routing key of the pool.
    @Test(arguments: TopicPatternTable.rows)
    func `writes and matches what kombu and Python do`(row: TopicPatternTable.Row) {
        let pattern = TopicPattern(bindingKey: row.bindingKey)
        #expect(pattern.text == row.text)
        #expect(pattern.isUnderstood == row.isValidInPython)
        #expect(TopicPatternTable.routingKeys.filter(pattern.matches) == row.matching)
    }

    @Test func `a number sign alone matches everything`() {
        let pattern = TopicPattern(bindingKey: "#")
        #expect(pattern.text == "^.*?$")
        #expect(TopicPatternTable.routingKeys.allSatisfy(pattern.matches))
    }

    @Test func `a star alone matches one word`() {
        let pattern = TopicPattern(bindingKey: "*")
        #expect(pattern.text == #"^[^\.]+$"#)
        let words = TopicPatternTable.routingKeys.filter { !$0.isEmpty && !$0.contains(".") }
        #expect(TopicPatternTable.routingKeys.filter(pattern.matches) == words)
    }

    /// Kombu never writes these, whatever the binding key; Python would take them for more than we can read.
    @Test(
        "does not guess at other regular expressions",
        arguments: [
            "", "^", "$", "media", "^media", "media$", "^a|b$", "^(a)$", "^a+$", "^a?$", "^a.b$", "^.*$", "^.+$",
            "^[ab]$", "^[^.]+$", "^a{2}$", #"^\d$"#, #"^\w+$"#, #"^a\"#, #"^a\$"#, #"^\1$"#, "^a**$", "^*$", "^^a$",
            "^a$$",
        ]
    )
    func unknownShape(text: String) {
        let pattern = TopicPattern(text: text)
        #expect(!pattern.isUnderstood)
        #expect(pattern.text == text)
        #expect(!pattern.matches("a") && !pattern.matches("media") && !pattern.matches(""))
    }

    /// Another program may escape less than kombu; to Python it is the same.
    @Test func `reads needless and missing escapes of plain characters`() {
        for text in [#"^a\-b\_c$"#, "^a-b_c$"] {
            #expect(TopicPattern(text: text).matches("a-b_c"), "\(text)")
        }
    }

    @Test func `writes a null character as an octal escape`() {
        let pattern = TopicPattern(bindingKey: "a\0b")
        #expect(pattern.text == #"^a\000b$"#)
        #expect(pattern.matches("a\0b"))
        #expect(!pattern.matches("a0b"))
    }

    @Test(arguments: [
        ("image*", true), ("*a", true), ("a.**.b", true), ("a.*.b", false), ("*", false), ("a#", false), ("", false),
    ])
    func `finds stars inside words`(key: String, expected: Bool) {
        #expect(TopicPattern.hasWildcardInsideWord(key) == expected)
    }

    /// Python needs exponential or high polynomial time for these.
    @Test(.timeLimit(.minutes(4)), arguments: ["#", "*", "a*", "#.a", "*.#"])
    func `takes no longer for hostile patterns`(word: String) {
        let bindingKey = Array(repeating: word, count: 255 / (word.count + 1)).joined(separator: ".")
        let pattern = TopicPattern(bindingKey: bindingKey)
        #expect(pattern.isUnderstood)
        #expect(!pattern.matches(String(repeating: "a", count: 200) + "!" + String(repeating: ".", count: 54)))
    }
}
