/// The end of an output, and the line that it is in.
struct OutputBuffer: Sendable {
    /// The last bytes.
    private(set) var tail: [UInt8] = []
    /// The line that is not ended yet.
    private(set) var line: [UInt8] = []

    /// How much is kept.
    static let maximumTail = 4096
    /// Longer lines are cut.
    static let maximumLine = 16 << 10
}

extension OutputBuffer {
    /// Takes bytes and hands over the lines that are complete with them.
    mutating func append(_ bytes: some Collection<UInt8>) -> [String] {
        self.tail.append(contentsOf: bytes)
        self.tail.removeFirst(max(0, self.tail.count - Self.maximumTail))
        var lines: [String] = []
        for byte in bytes {
            let isEnd = byte == UInt8(ascii: "\n")
            if isEnd || self.line.count >= Self.maximumLine {
                lines.append(String(decoding: self.line, as: UTF8.self))
                self.line.removeAll(keepingCapacity: true)
            }
            if !isEnd { self.line.append(byte) }
        }
        return lines
    }
}
