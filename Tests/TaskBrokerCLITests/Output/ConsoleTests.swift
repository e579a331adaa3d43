import CeleryProtocol
import Testing

@testable import TaskBrokerCLI

struct ConsoleTests {
    private let output = OutputStream()
    private let errors = OutputStream()

    @Test func `data and talk go to different streams`() throws {
        let console = Console(output: self.output, errors: self.errors)
        try console.print("data")
        console.note("a note")
        console.warn("careful")
        console.report(CommandError(.failure, "It \u{1B}broke.", advice: "Mend it."))
        #expect(self.output.contents == "data\n")
        #expect(self.errors.contents == "a note\nwarning: careful\nerror: It \\x1bbroke.\nMend it.\n")
    }

    @Test func `quiet leaves out notes only`() throws {
        let console = Console(output: self.output, errors: self.errors, isQuiet: true)
        try console.print("data")
        console.note("a note")
        console.hint("a hint")
        console.warn("careful")
        #expect(self.output.contents == "data\n")
        #expect(self.errors.contents == "warning: careful\n")
    }

    @Test func `documents have a schema and a kind, in ASCII on one line`() throws {
        let console = Console(output: self.output, errors: self.errors)
        try console.print(JSONDocument("thing", ["name": .string("Zoë\n"), "none": .text(nil), "n": .count(3)]))
        try console.print(JSONDocument("list", items: [["a": 1]]))
        #expect(
            self.output.contents == """
                {"kind": "thing", "n": 3, "name": "Zo\\u00eb\\n", "none": null, "schema": 1}
                {"items": [{"a": 1}], "kind": "list", "schema": 1}\n
                """
        )
    }
}
