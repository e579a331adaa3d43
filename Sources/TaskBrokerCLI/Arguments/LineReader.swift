/// The lines of a file, one at a time, with a bound on their length.
package struct LineReader {
    /// One line.
    package struct Line: Hashable, Sendable {
        /// Its number, from 1.
        package let number: Int
        /// Its bytes without the line break; `nil` if it is longer than allowed and was skipped.
        package let bytes: [UInt8]?
    }

    private let source: () throws -> [UInt8]
    private let limit: Int
    private var buffer: ArraySlice<UInt8> = []
    private var hasEnded = false
    private var number = 0

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - limit: The longest line in bytes.
    ///   - source: Returns the next bytes, none at the end.
    package init(limit: Int = 8 << 20, source: @escaping () throws -> [UInt8]) {
        self.limit = limit
        self.source = source
    }

    /// The next line; `nil` after the last one.
    ///
    /// Line breaks are `\n` and `\r\n`.
    package mutating func next() throws -> Line? {
        var line: [UInt8] = []
        var isTooLong = false
        while true {
            if let end = self.buffer.firstIndex(of: UInt8(ascii: "\n")) {
                line += self.buffer[..<end]
                self.buffer = self.buffer[(end + 1)...]
                return self.line(line, isTooLong)
            }
            line += self.buffer
            if line.count > self.limit {
                // What belongs to a line that is refused anyway need not be kept in memory.
                isTooLong = true
                line.removeAll(keepingCapacity: true)
            }
            self.buffer = self.hasEnded ? [] : try self.source()[...]
            if self.buffer.isEmpty {
                self.hasEnded = true
                return line.isEmpty && !isTooLong ? nil : self.line(line, isTooLong)
            }
        }
    }

    private mutating func line(_ bytes: [UInt8], _ isTooLong: Bool) -> Line {
        self.number += 1
        if isTooLong || bytes.count > self.limit { return Line(number: self.number, bytes: nil) }
        return Line(number: self.number, bytes: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes)
    }
}
