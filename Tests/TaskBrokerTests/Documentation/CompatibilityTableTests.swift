import Testing

/// What `docs/celery-compatibility.md` says about tests is true: they exist.
struct CompatibilityTableTests {
    private static let noTest = "no test"

    @Test func `Each row says what holds, why it differs, and where that is shown`() throws {
        let rows = try CompatibilityTable().rows
        #expect(rows.count > 200)
        for row in rows {
            try #require(row.cells.count == 4, "line \(row.line)")
            #expect(["same", "different", "absent"].contains(row.cells[1]), "line \(row.line)")
            #expect(row.cells[1] == "same" || !row.cells[2].isEmpty, "line \(row.line): no reason is given")
            #expect(row.cells[3] == Self.noTest || row.references != nil, "line \(row.line): \(row.cells[3])")
        }
    }

    @Test func `Each test that is named exists`() throws {
        let table = try CompatibilityTable()
        let texts = table.files.mapValues { CompatibilityTable.text($0) }
        for (label, text) in texts { #expect(!text.isEmpty, "there is no file for [\(label)]") }
        for row in table.rows where row.cells.last != Self.noTest {
            for reference in row.references ?? [] {
                guard let text = texts[reference.label] else {
                    Issue.record("line \(row.line): [\(reference.label)] is no label")
                    continue
                }
                for name in reference.names {
                    #expect(Self.isTest(name, in: text), "line \(row.line): [\(reference.label)] has no test '\(name)'")
                }
            }
        }
    }

    @Test func `Each file that has a label is named`() throws {
        let table = try CompatibilityTable()
        let used = Set(table.rows.flatMap { $0.references ?? [] }.map(\.label))
        #expect(Set(table.files.keys).subtracting(used).isEmpty)
    }

    /// Whether a file has a test of that name: a Swift function or display name, a Python function, a command in a list.
    private static func isTest(_ name: String, in text: String) -> Bool {
        let function = String(name.map { $0 == " " ? "_" : $0 })
        return ["`\(name)`(", "\"\(name)\"", "\ndef \(function)("].contains { text.contains($0) }
    }
}
