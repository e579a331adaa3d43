import Testing

@testable import TaskBrokerCLI

struct LineReaderTests {
    private func lines(_ text: String, partSize: Int, limit: Int = 100) throws -> [LineReader.Line] {
        var rest = Array(text.utf8)[...]
        var reader = LineReader(limit: limit) {
            defer { rest = rest.dropFirst(partSize) }
            return Array(rest.prefix(partSize))
        }
        var lines: [LineReader.Line] = []
        while let line = try reader.next() { lines.append(line) }
        return lines
    }

    @Test(arguments: 1...8)
    func `splits lines wherever the parts end`(partSize: Int) throws {
        let lines = try self.lines("one\ntwo\r\n\nlast", partSize: partSize)
        #expect(lines.map(\.number) == [1, 2, 3, 4])
        #expect(lines.map { $0.bytes.map { String(decoding: $0, as: UTF8.self) } } == ["one", "two", "", "last"])
    }

    @Test(arguments: 1...8)
    func `skips a line that is too long, and goes on`(partSize: Int) throws {
        let lines = try self.lines("0123456789\nok\n01234567890123456789", partSize: partSize, limit: 5)
        #expect(lines.map(\.number) == [1, 2, 3])
        #expect(lines.map { $0.bytes == nil } == [true, false, true])
    }

    @Test func `an empty file has no lines`() throws {
        #expect(try self.lines("", partSize: 1).isEmpty)
        #expect(try self.lines("\n", partSize: 1).count == 1)
    }
}
