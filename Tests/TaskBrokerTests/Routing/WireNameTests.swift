import TaskBroker
import Testing

struct WireNameTests {
    /// Odd names are fine: keys are built by one function, and user text is never part of a script.
    @Test(arguments: [
        "a", "tasks.add", "{login}", "a}b", "*", "../x", "a b", "日本", "\"'\\", String(repeating: "a", count: 255),
    ])
    func `accepts names`(name: String) throws {
        try WireName.check(name, as: .queue)
    }

    @Test(arguments: [
        ("", "The queue name '' is empty. Use 1 to 255 bytes without control characters."),
        (
            "a\n",
            #"The queue name 'a\u{a}' contains a control character. Use 1 to 255 bytes without control characters."#
        ),
        (
            "a\u{06}\u{16}3",
            #"The queue name 'a\u{6}\u{16}3' contains a control character. "#
                + "Use 1 to 255 bytes without control characters."
        ),
        (
            "\u{7F}",
            #"The queue name '\u{7f}' contains a control character. Use 1 to 255 bytes without control characters."#
        ),
        (
            "\u{9F}",
            #"The queue name '\u{9f}' contains a control character. Use 1 to 255 bytes without control characters."#
        ),
        (
            String(repeating: "é", count: 128),
            "The queue name '\(String(repeating: "é", count: 64))…' has 256 bytes. "
                + "Use 1 to 255 bytes without control characters."
        ),
    ])
    func `refuses names and says why`(name: String, message: String) {
        let error = #expect(throws: RoutingError.self) { try WireName.check(name, as: .queue) }
        #expect(error?.code == .invalidName)
        #expect(error?.message == message)
    }

    @Test(arguments: [
        (WireName.Kind.task, "The task name"), (.exchange, "The exchange name"), (.routingKey, "The routing key name"),
    ])
    func `names the kind`(kind: WireName.Kind, beginning: String) {
        let error = #expect(throws: RoutingError.self) { try WireName.check("", as: kind) }
        #expect(error?.message.hasPrefix(beginning) == true)
    }

    @Test(arguments: [("a'b", #"'a\'b'"#), (#"a\b"#, #"'a\\b'"#), ("\u{1B}[31m", #"'\u{1b}[31m'"#)])
    func `quotes names`(name: String, quoted: String) {
        #expect(WireName.quoted(name) == quoted)
    }
}
