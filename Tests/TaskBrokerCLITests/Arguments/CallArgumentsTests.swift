import CeleryProtocol
import TaskBroker
import Testing

@testable import TaskBrokerCLI

struct CallArgumentsTests {
    @Test(arguments: [
        ("2", JSONValue.integer(2)),
        ("-3", .integer(-3)),
        ("-1.5", .double(-1.5)),
        ("2.0", .double(2)),
        ("true", .bool(true)),
        ("null", .null),
        ("hello", .string("hello")),
        ("\"2\"", .string("2")),
        ("[1, \"a\"]", .array([1, "a"])),
        ("{\"a\": 1}", .object(["a": 1])),
        ("[1,", .string("[1,")),
        ("", .string("")),
        ("1=2", .string("1=2")),
        ("a-b=2", .string("a-b=2")),
        ("-", .string("-")),
        ("http://host/?a=b", .string("http://host/?a=b")),
    ])
    func `a word is JSON, else text`(word: String, expected: JSONValue) throws {
        #expect(try TaskArguments(words: [word]) == TaskArguments([expected]))
    }

    @Test func `names with values are keyword arguments`() throws {
        let arguments = try TaskArguments(words: ["1", "x=2", "who=Mary Ann", "url=http://h/?a=b", "empty=", "n=-4"])
        #expect(arguments.positional == [1])
        #expect(
            arguments.keyword == ["x": 2, "who": "Mary Ann", "url": "http://h/?a=b", "empty": "", "n": -4]
        )
    }

    @Test(arguments: [["x=1", "x=2"], ["--quue", "mail"], ["-z"]])
    func `refuses what is most likely a mistake`(words: [String]) {
        #expect { try TaskArguments(words: words) } throws: { ($0 as? CommandError)?.status == .usage }
    }

    @Test func `options and words add up, words count more`() throws {
        var arguments = try TaskArguments(words: ["3", "y=9"])
        try arguments.add(positional: [1, 2], keyword: ["x": 1, "y": 2])
        #expect(arguments.positional == [1, 2, 3])
        #expect(arguments.keyword == ["x": 1, "y": 9])
    }

    @Test func `refuses options of the wrong type`() {
        var arguments = TaskArguments()
        #expect(throws: CommandError.self) { try arguments.add(positional: ["x": 1], keyword: nil) }
        #expect(throws: CommandError.self) { try arguments.add(positional: nil, keyword: [1]) }
    }
}
