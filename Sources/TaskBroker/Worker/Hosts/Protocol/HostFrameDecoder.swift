import CeleryProtocol

/// Cuts a stream of bytes into frames.
struct HostFrameDecoder: Sendable {
    private var buffer: [UInt8] = []
    /// Where the next frame begins.
    private var start = 0
    /// How many bytes the last frame took.
    private(set) var lastLength = 0
}

extension HostFrameDecoder {
    /// Takes bytes as they come.
    mutating func append(_ bytes: some Collection<UInt8>) {
        if self.start == self.buffer.count {
            self.buffer.removeAll(keepingCapacity: self.buffer.count < 1 << 20)
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
    mutating func next() throws(HostProtocolError) -> HostFrame? {
        let available = self.buffer.count - self.start
        guard available >= 4 else { return nil }
        let length = self.number(at: self.start)
        guard length >= HostFrame.prefixLength else { throw .tooShort(length) }
        guard length <= HostFrame.maximumBytes else { throw .tooLarge(length) }
        guard available - 4 >= length else { return nil }
        let kind = self.start + 4
        let head = kind + HostFrame.prefixLength
        let headLength = self.number(at: kind + 1)
        guard headLength <= length - HostFrame.prefixLength else { throw .badHead("it is longer than the frame") }
        let body = head + headLength
        let end = self.start + 4 + length
        self.start = end
        self.lastLength = 4 + length
        return HostFrame(
            HostFrame.Kind(rawValue: self.buffer[kind]),
            members: try Self.members(Array(self.buffer[head..<body])),
            body: Array(self.buffer[body..<end])
        )
    }

    private func number(at index: Int) -> Int {
        self.buffer[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func members(_ bytes: [UInt8]) throws(HostProtocolError) -> [String: JSONValue] {
        do {
            guard case .object(let members) = try JSONValue(parsing: bytes, limits: HostFrame.headLimits) else {
                throw HostProtocolError.badHead("it is no object")
            }
            return members
        } catch let error as HostProtocolError {
            throw error
        } catch {
            throw .badHead("\(error)")
        }
    }
}
