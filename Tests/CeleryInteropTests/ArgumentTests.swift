import CeleryProtocol
import TaskBroker
import Testing

extension CeleryInterop {
    /// Arguments go, results come back: plain and by keyword.
    struct ArgumentTests {
        struct Case: Sendable, CustomTestStringConvertible {
            let call: Call
            let value: JSONValue

            var testDescription: String { "\(self.call.task) \(self.call.args) \(self.call.kwargs)" }
        }

        static let cases: [Case] = [
            Case(call: Call("interop.add", [2, 3]), value: 5),
            Case(call: Call("interop.add", [-9_223_372_036_854_775_807, -1]), value: .integer(.min)),
            Case(call: Call("interop.add", [], ["x": 40, "y": 2]), value: 42),
            Case(call: Call("interop.add", [40], ["y": 2]), value: 42),
            Case(call: Call("interop.greet", ["Ada"]), value: "Hello, Ada"),
            Case(call: Call("interop.greet", ["Ada", .null]), value: "Hello, Ada"),
            Case(call: Call("interop.greet", ["Ada"], ["greeting": "Grüß dich"]), value: "Grüß dich, Ada"),
            Case(
                call: Call("interop.greet", [], ["name": "O'Brien \"😀\" \\ \n\u{1}"]),
                value: "Hello, O'Brien \"😀\" \\ \n\u{1}"
            ),
            Case(call: Call("interop.nothing"), value: .null),
            Case(
                call: Call("interop.echo", [["a": [1, 2.5, .null, true, ["b": []]], "": ""]]),
                value: ["a": [1, 2.5, .null, true, ["b": []]], "": ""]
            ),
            Case(
                call: Call("interop.echo", [.array((0..<5000).map { .integer($0) })]),
                value: .array((0..<5000).map { .integer($0) })
            ),
            Case(
                call: Call("interop.echo", [.string(String(repeating: "ü", count: 100_000))]),
                value: .string(String(repeating: "ü", count: 100_000))
            ),
        ]

        @Test(arguments: cases.indices, Direction.allCases)
        func `A result reaches both clients`(_ index: Int, _ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let outcome = try await fleet.run(Self.cases[index].call, direction)
            #expect(outcome.state == .success)
            #expect(outcome.value == Self.cases[index].value)
        }

        @Test(
            arguments: [
                Call("interop.add", [1]),
                Call("interop.add", [1, 2, 3]),
                Call("interop.add", [1, 2], ["y": 3]),
                Call("interop.add", [1], ["z": 3]),
            ],
            Direction.allCases
        )
        func `A wrong call is a TypeError on both sides`(_ call: Call, _ direction: Direction) async throws {
            let outcome = try await Fleet.require().run(call, direction)
            #expect(outcome.state == .failure)
            #expect(outcome.exception?.type == "TypeError")
            #expect(outcome.catchableAs.contains("TypeError"))
        }

        @Test(arguments: Direction.allCases)
        func `Ids, headers and the names of tasks are any text`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let id = unique("order 7/ü:{}")
            let call = Call("interop.headers").with {
                $0.id = id
                $0.headers = ["x-test-text": "Grüße", "x-test-list": [1, 2.5, .null], "unrelated": 1]
            }
            #expect(try await fleet.send(call, direction) == id)
            let outcome = try await fleet.outcome(of: id)
            #expect(outcome.value == ["x-test-text": "Grüße", "x-test-list": [1, 2.5, .null]])
        }
    }
}
