extension JSONReader {
    /// Consumes a string and checks it, without building it.
    package mutating func readStringToken() throws(JSONError) -> JSONStringToken {
        guard try self.nextByte() == UInt8(ascii: "\"") else {
            throw JSONError(.wrongType, at: self.position)
        }
        let start = self.position + 1
        var index = start
        var isEscaped = false
        while true {
            index = self.bytes.span.endOfPlainText(from: index)
            guard index < self.bytes.count else {
                throw JSONError(.unexpectedEnd, at: index)
            }
            switch self.bytes[index] {
            case UInt8(ascii: "\""):
                self.position = index + 1
                return JSONStringToken(range: start..<index, isEscaped: isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                index = try self.checkEscape(at: index)
            default:
                throw JSONError(.controlCharacter, at: index)
            }
        }
    }

    /// Consumes a string.
    package mutating func readString() throws(JSONError) -> String {
        self.text(of: try self.readStringToken())
    }

    /// The text of the key that ``nextKey()`` returned last.
    package var keyText: String {
        self.text(of: self.keyToken)
    }

    /// Builds the text of a token of this reader.
    package func text(of token: JSONStringToken) -> String {
        if token.isEscaped {
            String(decoding: self.contents(of: token), as: UTF8.self)
        } else {
            String(decoding: self.bytes[token.range], as: UTF8.self)
        }
    }

    /// The bytes that a token of this reader stands for, its escape sequences resolved.
    package func contents(of token: JSONStringToken) -> [UInt8] {
        guard token.isEscaped else { return Array(self.bytes[token.range]) }
        var contents: [UInt8] = []
        contents.reserveCapacity(token.range.count)
        var index = token.range.lowerBound
        while index < token.range.upperBound {
            let byte = self.bytes[index]
            if byte == UInt8(ascii: "\\") {
                index = self.unescape(at: index, within: token.range, into: &contents)
            } else {
                contents.append(byte)
                index += 1
            }
        }
        return contents
    }

    /// Whether two tokens are written with the same bytes.
    func isSame(_ left: JSONStringToken, as right: JSONStringToken) -> Bool {
        self.bytes.span.extracting(left.range).isSame(as: self.bytes.span.extracting(right.range))
    }

    func key(of token: JSONStringToken) -> JSONKey {
        token.isEscaped ? JSONKey(self.contents(of: token)) : JSONKey(self.bytes.span.extracting(token.range))
    }
}

// MARK: Escape sequences

extension JSONReader {
    /// Checks the escape sequence that starts at a backslash and returns the offset after it.
    private func checkEscape(at backslash: Int) throws(JSONError) -> Int {
        guard backslash + 1 < self.bytes.count else {
            throw JSONError(.unexpectedEnd, at: self.bytes.count)
        }
        switch self.bytes[backslash + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return backslash + 2
        case UInt8(ascii: "u"):
            guard backslash + 6 <= self.bytes.count else {
                throw JSONError(.unexpectedEnd, at: self.bytes.count)
            }
            guard self.codeUnit(at: backslash + 2) != nil else {
                throw JSONError(.invalidEscape, at: backslash)
            }
            return backslash + 6
        default:
            throw JSONError(.invalidEscape, at: backslash)
        }
    }

    /// Appends what a checked escape sequence stands for and returns the offset after it.
    private func unescape(at backslash: Int, within range: Range<Int>, into contents: inout [UInt8]) -> Int {
        switch self.bytes[backslash + 1] {
        case UInt8(ascii: "b"): contents.append(0x08)
        case UInt8(ascii: "f"): contents.append(0x0C)
        case UInt8(ascii: "n"): contents.append(0x0A)
        case UInt8(ascii: "r"): contents.append(0x0D)
        case UInt8(ascii: "t"): contents.append(0x09)
        case UInt8(ascii: "u"): return self.unescapeUnicode(at: backslash, within: range, into: &contents)
        case let byte: contents.append(byte)
        }
        return backslash + 2
    }

    /// Appends the character of a `\uXXXX` sequence, or of two that form a surrogate pair.
    ///
    /// A surrogate that is not part of a pair becomes U+FFFD: Python keeps it, a Swift string cannot.
    private func unescapeUnicode(at backslash: Int, within range: Range<Int>, into contents: inout [UInt8]) -> Int {
        let next = backslash + 6
        let unit = self.codeUnit(at: backslash + 2) ?? 0xFFFD
        if let scalar = Unicode.Scalar(unit) {
            contents.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return next
        }
        if unit < 0xDC00, next + 6 <= range.upperBound, self.bytes[next] == UInt8(ascii: "\\"),
            self.bytes[next + 1] == UInt8(ascii: "u"), let low = self.codeUnit(at: next + 2), 0xDC00...0xDFFF ~= low,
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        {
            contents.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return next + 6
        }
        contents.append(contentsOf: UTF8.encodedReplacementCharacter)
        return next
    }

    private func codeUnit(at start: Int) -> UInt16? {
        var unit: UInt16 = 0
        for byte in self.bytes[start..<start + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return unit
    }
}
