import CeleryProtocol
import TaskBroker
import Testing

@testable import TaskBrokerCLI

struct CanvasFileTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func node(
        _ shape: CanvasFile.Shape,
        _ text: String,
        options: TaskOptions = .init()
    ) throws -> SignatureNode {
        try CanvasFile(shape, options: options, now: self.now).signature(Array(text.utf8))
    }

    private let first = SignatureNode(.task("a"), args: [1])
    private let second = SignatureNode(.task("b"))

    @Test(arguments: [
        "{\"task\": \"a\", \"args\": [1]}\n\n{\"task\": \"b\"}\r\n",
        "[{\"task\": \"a\", \"args\": [1]}, {\"task\": \"b\"}]",
        "[\n{\"task\": \"a\", \"args\": [1], \"immutable\": false},\n{\"task\": \"b\", \"options\": {}}\n]\n",
    ])
    func `reads lines and arrays, calls and signatures`(text: String) throws {
        try #expect(self.node(.chain, text) == SignatureNode(.chain([self.first, self.second])))
        try #expect(self.node(.group, text) == SignatureNode(.group([self.first, self.second])))
        let chord = SignatureNode(.chord(header: SignatureNode(.group([self.first])), body: self.second))
        try #expect(self.node(.chord, text) == chord)
    }

    @Test func `a chord may name its parts`() throws {
        let text = #"{"header": [{"task": "a", "args": [1]}, {"task": "a", "args": [1]}], "body": {"task": "b"}}"#
        let header = SignatureNode(.group([self.first, self.first]))
        try #expect(self.node(.chord, text) == SignatureNode(.chord(header: header, body: self.second)))
    }

    @Test func `a composition of its own is sent as it is`() throws {
        let chain = SignatureNode(.chain([self.first, self.second]))
        try #expect(self.node(.chain, chain.json.description) == chain)
        try #expect(self.node(.group, chain.json.description) == SignatureNode(.group([chain])))
        try #expect(
            self.node(.group, "[\(chain.json), {\"task\": \"b\"}]") == SignatureNode(.group([chain, self.second]))
        )
    }

    @Test func `a call keeps its options, and gets those of the command line`() throws {
        let text = #"[{"task": "a", "queue": "q", "countdown": 5, "id": "x"}, {"task": "b"}]"#
        guard case .group(let members) = try self.node(.group, text, options: .init(queue: "p", priority: 3)).kind
        else {
            return #expect(Bool(false), "not a group")
        }
        #expect(members[0].options == ["queue": "q", "countdown": 5, "task_id": "x", "priority": 3])
        #expect(members[1].options == ["queue": "p", "priority": 3])
    }

    @Test(
        arguments: [
            (.chain, "", "no call"),
            (.group, "[]", "no call"),
            (.chord, "[{\"task\": \"a\"}]", "at least two calls"),
            (.chain, "{\"task\": \"a\"}\nnonsense\n", "line 2: not JSON"),
            (.chain, "{\"task\": \"a\"}\n{\"tusk\": \"b\"}\n", "line 2: unknown member 'tusk'; did you mean 'task'?"),
            (.group, "[{\"task\": \"a\"}, 7]", "call 2: an object"),
            (.group, "[{\"task\": \"\", \"options\": {}}]", "call 1: A signature has no task name."),
            (.group, "[{\"task\": \"a\", \"unique\": \"u\"}]", "call 1: A unique key"),
        ] as [(CanvasFile.Shape, String, String)]
    )
    func `says what is wrong, and where`(shape: CanvasFile.Shape, text: String, reason: String) throws {
        let error = try #require(throws: CommandError.self) { try self.node(shape, text) }
        #expect(error.status == .rejected)
        #expect(error.message.contains(reason), "\(error.message)")
    }
}
