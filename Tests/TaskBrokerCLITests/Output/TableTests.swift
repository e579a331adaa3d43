import Testing

@testable import TaskBrokerCLI

struct TableTests {
    private var table: Table {
        var table = Table([.text("queue"), .number("waiting"), .text("state")])
        table.append(["login", "7", Table.Cell("paused", .yellow)])
        table.append(["山田", "1200", "active"])
        table.append([Table.Cell("evil\u{1B}[2J\nrow"), "0", ""])
        return table
    }

    @Test func `aligns text to the left and numbers to the right`() {
        #expect(
            self.table.render(Palette(isColored: false), isTerminal: false) == """
                QUEUE             WAITING  STATE
                login                   7  paused
                山田                 1200  active
                evil\\x1b[2J\\nrow        0  \n
                """
        )
    }

    @Test func `colours do not change the widths`() {
        let plain = self.table.render(Palette(isColored: false), isTerminal: true)
        let colored = self.table.render(Palette(isColored: true), isTerminal: true)
        #expect(colored != plain)
        #expect(colored.replacing(#/\u{1B}\[[0-9]+m/#, with: "") == plain)
    }

    @Test func `cuts long cells on a terminal only`() {
        var table = Table([.text("id"), .text("args")])
        table.append([Table.Cell(String(repeating: "x", count: 100)), "1"])
        #expect(
            table.render(Palette(isColored: false), isTerminal: true).contains(
                String(repeating: "x", count: 59) + "…  1"
            )
        )
        #expect(table.render(Palette(isColored: false), isTerminal: false).contains(String(repeating: "x", count: 100)))
    }

    @Test(
        arguments: [
            (true, false, [:], true),
            (false, false, [:], false),
            (true, true, [:], false),
            (true, false, ["NO_COLOR": "1"], false),
            (true, false, ["NO_COLOR": ""], true),
            (true, false, ["TERM": "dumb"], false),
            (false, false, ["CLICOLOR_FORCE": "1"], true),
            (false, false, ["CLICOLOR_FORCE": "0"], false),
            (true, false, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
        ] as [(Bool, Bool, [String: String], Bool)]
    )
    func `colours follow the usual signs`(
        isTerminal: Bool,
        isRefused: Bool,
        environment: [String: String],
        expected: Bool
    ) {
        let palette = Palette(isTerminal: isTerminal, isRefused: isRefused, environment: environment)
        #expect(palette.isColored == expected)
    }
}
