import CeleryProtocol
import Testing

@testable import TaskBrokerCLI

struct CommandWordTests {
    private static let call = CommandCall(
        id: "42",
        task: "images.resize",
        retries: 1,
        queue: "images",
        args: ["a b.png", 7, true, 1.5],
        kwargs: ["width": 640, "name": "x", "nothing": nil, "offset": -3, "sizes": [1, 2]]
    )

    private func expand(_ words: String...) throws -> [String] {
        try words.map { try CommandWord(parsing: $0) }.expanded(for: Self.call)
    }

    @Test(arguments: [
        ("{args[0]}", ["a b.png"]),
        ("{args[1]}", ["7"]),
        ("{args[*]}", ["a b.png", "7", "true", "1.5"]),
        ("{kwargs.width}", ["640"]),
        ("{kwargs.height=480}", ["480"]),
        ("{kwargs.nothing=}", [""]),
        ("{kwargs.offset:dash}", ["-3"]),
        ("{kwargs.height:dash=-1}", ["-1"]),
        ("{id}", ["42"]),
        ("{task}", ["images.resize"]),
        ("{retries}", ["1"]),
        ("{queue}", ["images"]),
        ("-v", ["-v"]),
        ("", [""]),
        ("{{args[0]}", ["{args[0]}"]),
        ("{print $1}", ["{print $1}"]),
        ("{}", ["{}"]),
    ])
    func `a word is text or one value`(word: String, expected: [String]) throws {
        #expect(try self.expand(word) == expected)
        #expect(try CommandWord(parsing: CommandWord(parsing: word).description) == CommandWord(parsing: word))
    }

    @Test(arguments: [
        ("--name={kwargs.name}", "whole word"),
        ("{args[0]}.png", "whole word"),
        ("{args[x]}", "There are {args[0]}"),
        ("{args[-1]}", "There are {args[0]}"),
        ("{args[99999999999999999999]}", "There are {args[0]}"),
        ("{args}", "There are {args[0]}"),
        ("{kwargs.}", "There are {args[0]}"),
        ("a\u{0}b", "Leave it out"),
    ])
    func `a template that is none says how to write it`(word: String, advice: String) throws {
        let error = try #require(throws: CommandWordError.self) { try CommandWord(parsing: word) }
        #expect(error.advice.contains(advice))
    }

    @Test(arguments: [
        ("{args[4]}", "argument 4 is missing"),
        ("{kwargs.nothing}", "keyword argument 'nothing' is missing"),
        ("{kwargs.sizes}", "read from standard input"),
        ("{kwargs.offset}", "begins with '-'"),
    ])
    func `a value that is no word is the caller's mistake`(word: String, message: String) throws {
        let error = try #require(throws: CommandArgumentError.self) { try self.expand("program", word) }
        #expect(error.message.contains(message))
    }

    @Test(arguments: ["; rm -rf /", "$(reboot)", "`id`", "a\nb", "*", "'\"", "| cat", "\u{1B}[2J", "{args[1]}"])
    func `nothing in a value has a meaning`(value: String) throws {
        let words = [CommandWord.literal("cat")] + [try CommandWord(parsing: "{args[0]}")]
        #expect(try words.expanded(for: CommandCall(id: "1", task: "t", args: [.string(value)])) == ["cat", value])
    }

    @Test(arguments: ["-rf", "--", "-", "a\u{0}b"])
    func `an option or a NUL in a value is refused`(value: String) throws {
        let call = CommandCall(id: value, task: "t", args: ["x", .string(value)], kwargs: ["k": .string(value)])
        for word in ["{args[1]}", "{args[*]}", "{kwargs.k}", "{id}"] {
            let words = [try CommandWord(parsing: word)]
            #expect(throws: CommandArgumentError.self) { try words.expanded(for: call) }
        }
    }
}
