/// Eight bytes at a time: most of a message is strings that only have to be skipped.
extension Span<UInt8> {
    /// Up to eight bytes from an offset on, the first one lowest; zero beyond the end.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        let rest = self.count - offset
        if rest >= 8 {
            return UInt64(littleEndian: unsafe self.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var word: UInt64 = 0
        for index in 0..<Swift.max(0, rest) { word |= UInt64(self[offset + index]) << UInt64(8 * index) }
        return word
    }

    /// The offset of the next byte that is not simply part of a JSON string: quote, backslash or control character.
    func endOfPlainText(from start: Int) -> Int {
        var index = start
        while index + 8 <= self.count {
            let marks = self.word(at: index).specialBytes
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < self.count {
            let byte = self[index]
            guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            index += 1
        }
        return index
    }

    /// Whether the bytes are those of another span.
    func isSame(as other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        guard self.count >= 8 else { return self.word(at: 0) == other.word(at: 0) }
        var offset = 0
        while offset + 8 < self.count {
            guard self.word(at: offset) == other.word(at: offset) else { return false }
            offset += 8
        }
        // The last word may begin within the one before it.
        return self.word(at: self.count - 8) == other.word(at: self.count - 8)
    }

    /// Whether the bytes of another span stand here from an offset on.
    func holds(_ other: Span<UInt8>, at offset: Int) -> Bool {
        other.count <= self.count - offset && self.extracting(offset..<offset + other.count).isSame(as: other)
    }

    /// Whether all bytes are printable ASCII.
    var isPrintableASCII: Bool { self.wordsSatisfy { $0.isPrintableASCII } }

    /// Whether the bytes are those of a JSON string that needs no escape sequence, as Python writes it.
    var isPlainJSON: Bool { self.wordsSatisfy { $0.isPrintableASCII && $0.specialBytes == 0 } }

    /// Whether something is true of all words; spaces fill up a short text.
    @inline(__always)
    private func wordsSatisfy(_ isFine: (UInt64) -> Bool) -> Bool {
        guard self.count >= 8 else {
            return isFine(self.word(at: 0) | UInt64.repeating(" ") << UInt64(8 * self.count))
        }
        var offset = 0
        while offset + 8 < self.count {
            guard isFine(self.word(at: offset)) else { return false }
            offset += 8
        }
        // The last word may begin within the one before it.
        return isFine(self.word(at: self.count - 8))
    }
}

extension UInt64 {
    /// The high bit of each byte that is a quote, a backslash or a control character.
    ///
    /// The lowest mark is exact; a byte above it may be marked wrongly, because the subtraction has borrowed from it ("Determine if a
    /// word has a byte less than n", Sean Anderson's Bit Twiddling Hacks).
    fileprivate var specialBytes: UInt64 {
        let quotes = self ^ .repeating("\"")
        let backslashes = self ^ .repeating("\\")
        let controls = (self &- .repeating(" ")) & ~self
        let marks = controls | (quotes &- Self.ones) & ~quotes | (backslashes &- Self.ones) & ~backslashes
        return marks & Self.highBits
    }

    /// Whether each byte is from space to tilde.
    fileprivate var isPrintableASCII: Bool {
        let controls = (self &- .repeating(" ")) & ~self
        // Adding one lets only DEL reach the high bit, and what is beyond ASCII has it.
        return (controls | self | (self &+ Self.ones)) & Self.highBits == 0
    }

    fileprivate static func repeating(_ character: Unicode.Scalar) -> UInt64 { Self.ones &* UInt64(character.value) }

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }
}
