/// Eight bytes at a time: most of a message is strings that only have to be skipped.
extension Span<UInt8> {
    /// Up to eight bytes from an offset on, the first one lowest; zero beyond the end.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        let rest = self.count - offset
        if rest >= 8 { return self.wholeWord(at: offset) }
        var word: UInt64 = 0
        for index in 0..<Swift.max(0, rest) { word |= UInt64(self[offset + index]) << UInt64(8 * index) }
        return word
    }

    /// Eight bytes from an offset on, which are there: nobody looks again.
    @inline(__always)
    private func wholeWord(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe self.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The offset of the next byte that is not simply part of a JSON string: quote, backslash or control character.
    func endOfPlainText(from start: Int) -> Int { self.firstIndex(from: start) { $0.specialBytes } }

    /// The offset of the next byte that is not simply part of a JSON string, or not ASCII.
    func endOfPlainASCII(from start: Int) -> Int { self.firstIndex(from: start) { $0.specialBytes | $0.foreignBytes } }

    /// The offset of the first byte that has a mark, or the end.
    ///
    /// - Parameter marks: The high bit of each byte of a word that is marked; the lowest one counts.
    @inline(__always)
    private func firstIndex(from start: Int, _ marks: (UInt64) -> UInt64) -> Int {
        var index = start
        while index + 8 <= self.count {
            let found = marks(self.wholeWord(at: index))
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        // What is beyond the end counts as control characters.
        return index < self.count ? index + marks(self.word(at: index)).trailingZeroBitCount / 8 : index
    }

    /// Whether the bytes are those of another span.
    func isSame(as other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        guard self.count >= 8 else { return self.word(at: 0) == other.word(at: 0) }
        var offset = 0
        while offset + 8 < self.count {
            guard self.wholeWord(at: offset) == other.wholeWord(at: offset) else { return false }
            offset += 8
        }
        // The last word may begin within the one before it.
        return self.wholeWord(at: self.count - 8) == other.wholeWord(at: self.count - 8)
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
            guard isFine(self.wholeWord(at: offset)) else { return false }
            offset += 8
        }
        // The last word may begin within the one before it.
        return isFine(self.wholeWord(at: self.count - 8))
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

    /// The high bit of each byte that is not ASCII.
    fileprivate var foreignBytes: UInt64 { self & Self.highBits }

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
