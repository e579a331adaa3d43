/// Cuts a stream of bytes into frames.
package struct HostFrameDecoder: Sendable {
    private var buffer: [UInt8] = []
    /// Where the next frame begins.
    private var start = 0

    /// A buffer that has been larger is given back when it is empty.
    private static let keptCapacity = 1 << 20

    package init() {}
}

extension HostFrameDecoder {
    /// Takes bytes as they come.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if self.start == self.buffer.count {
            self.buffer.removeAll(keepingCapacity: self.buffer.count < Self.keptCapacity)
            self.start = 0
        } else if self.start > 1 << 16, self.start > self.buffer.count / 2 {
            self.buffer.removeSubrange(..<self.start)
            self.start = 0
        }
        self.buffer += bytes
    }

    /// The next frame that is complete, or `nil`.
    ///
    /// - Throws: What is wrong; the stream cannot be read any further then.
    package mutating func next() throws(HostProtocolError) -> EncodedHostFrame? {
        let available = self.buffer.count - self.start
        guard available >= EncodedHostFrame.lengthSize else { return nil }
        let length = self.number(at: self.start)
        guard length >= EncodedHostFrame.prefixLength else { throw .tooShort(length) }
        guard length <= HostFrame.maximumBytes else { throw .tooLarge(length) }
        guard available - EncodedHostFrame.lengthSize >= length else { return nil }
        let kind = self.start + EncodedHostFrame.lengthSize
        let head = kind + EncodedHostFrame.prefixLength
        let headLength = self.number(at: kind + 1)
        guard headLength <= length - EncodedHostFrame.prefixLength else {
            throw .badHead("it is longer than the frame")
        }
        let body = head + headLength
        let end = kind + length
        self.start = end
        return EncodedHostFrame(
            kind: HostFrame.Kind(rawValue: self.buffer[kind]),
            head: Array(self.buffer[head..<body]),
            body: Array(self.buffer[body..<end])
        )
    }

    private func number(at index: Int) -> Int {
        self.buffer[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
