#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The tables of `docs/celery-compatibility.md`.
struct CompatibilityTable {
    /// A line of a table.
    struct Row: Sendable {
        /// The line's number in the document, from 1.
        let line: Int
        /// Its cells, without the spaces around them.
        let cells: [String]
    }

    /// A test, or a file of tests, that a row names.
    struct Reference: Sendable, Hashable {
        /// What stands in brackets.
        let label: String
        /// The names of the tests; empty for the whole file.
        let names: [String]
    }

    /// The lines of all tables, without their headings.
    let rows: [Row]
    /// The files by their labels, as paths.
    let files: [String: String]

    /// Reads the document.
    init() throws {
        // …/Tests/TaskBrokerTests/Documentation/CompatibilityTable.swift
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "docs")
        let text = Self.text(folder.appending(path: "celery-compatibility.md").path)
        var rows: [Row] = []
        var files: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("| "), !line.hasPrefix("| Celery |"), !line.hasPrefix("| --- |") {
                rows.append(Row(line: index + 1, cells: Self.cells(line)))
            } else if line.hasPrefix("["), let end = line.firstRange(of: "]: ") {
                files[String(line[..<end.lowerBound].dropFirst())] = "\(folder.path)/\(line[end.upperBound...])"
            }
        }
        self.rows = rows
        self.files = files
    }
}

// MARK: Reading

extension CompatibilityTable {
    /// The text of a file; empty if there is none.
    static func text(_ path: String) -> String {
        (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The cells of a line; a bar with a backslash before it is text.
    private static func cells(_ line: Substring) -> [String] {
        var cells: [String] = []
        for part in line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast() {
            if let last = cells.last, last.hasSuffix("\\") {
                cells[cells.count - 1] = "\(last.dropLast())|\(part)"
            } else {
                cells.append(String(part))
            }
        }
        return cells.map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    }
}

extension CompatibilityTable.Row {
    /// What the last cell names: `[label]: a test · another<br>[label]`; `nil` for a cell that is not written like that.
    var references: [CompatibilityTable.Reference]? {
        guard let cell = self.cells.last else { return nil }
        var references: [CompatibilityTable.Reference] = []
        for part in cell.split(separator: "<br>") {
            guard part.hasPrefix("["), let end = part.firstIndex(of: "]") else { return nil }
            let rest = part[part.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(": ") else { return nil }
            references.append(
                CompatibilityTable.Reference(
                    label: String(part[..<end].dropFirst()),
                    names: rest.dropFirst(2).split(separator: " · ").map(String.init)
                )
            )
        }
        return references
    }
}
