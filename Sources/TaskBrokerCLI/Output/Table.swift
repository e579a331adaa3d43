/// A table with a heading, for people; the same text with and without a terminal, except for colours.
package struct Table: Sendable {
    /// One column.
    package struct Column: Sendable {
        let title: String
        let isNumeric: Bool

        /// A column of text, aligned to the left.
        package static func text(_ title: String) -> Self { .init(title: title, isNumeric: false) }
        /// A column of numbers, aligned to the right.
        package static func number(_ title: String) -> Self { .init(title: title, isNumeric: true) }
    }

    /// One cell: raw text, which the table escapes, and how it looks.
    package struct Cell: Sendable, ExpressibleByStringInterpolation {
        let text: String
        let style: Style?

        /// Creates a cell.
        package init(_ text: some StringProtocol, _ style: Style? = nil) {
            self.text = TerminalText.escape(text)
            self.style = style
        }

        /// Creates a cell.
        package init(stringLiteral text: String) {
            self.init(text)
        }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []

    /// Creates an empty table.
    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row, with a cell for each column.
    package mutating func append(_ cells: [Cell]) {
        self.rows.append(cells)
    }

    /// Whether there are no rows.
    package var isEmpty: Bool { self.rows.isEmpty }
}

extension Table {
    /// The widest that a column gets on a terminal; what is longer is cut and marked with `…`.
    private static let widestColumn = 60

    /// The table as lines.
    ///
    /// - Parameters:
    ///   - palette: The colours of the stream.
    ///   - isTerminal: Whether long cells are cut; in a pipe nothing is.
    package func render(_ palette: Palette, isTerminal: Bool) -> String {
        let limit = isTerminal ? Self.widestColumn : Int.max
        let rows = self.rows.map { row in row.map { Cell(Self.cut($0.text, to: limit), $0.style) } }
        let widths = self.columns.indices.map { index in
            rows.reduce(TerminalText.width(of: self.columns[index].title)) {
                index < $1.count ? max($0, TerminalText.width(of: $1[index].text)) : $0
            }
        }
        let heading = self.columns.map { Cell($0.title.uppercased(), .bold) }
        return ([heading] + rows).map { self.line($0, widths, palette) + "\n" }.joined()
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ palette: Palette) -> String {
        var line = ""
        for (index, cell) in cells.prefix(widths.count).enumerated() {
            let padding = String(repeating: " ", count: max(0, widths[index] - TerminalText.width(of: cell.text)))
            let text = palette.paint(cell.text, cell.style)
            let isLast = index == widths.count - 1
            line += self.columns[index].isNumeric ? padding + text : text + (isLast ? "" : padding)
            if !isLast { line += "  " }
        }
        return line
    }

    private static func cut(_ text: String, to limit: Int) -> String {
        guard TerminalText.width(of: text) > limit else { return text }
        var result = ""
        var width = 0
        for character in text {
            width += TerminalText.width(of: String(character))
            if width > limit - 1 { break }
            result.append(character)
        }
        return result + "…"
    }
}
