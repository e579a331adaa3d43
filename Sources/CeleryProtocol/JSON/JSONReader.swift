/// A pull parser for JSON: the caller asks for the next key or value, and what it does not ask for is never built.
///
/// It accepts what Python's `json.loads` accepts, including `NaN`, `Infinity` and `-Infinity`. Arrays and objects are
/// read with a loop:
///
/// ```swift
/// try reader.beginObject()
/// while let key = try reader.nextKey() { … exactly one value must be read or skipped here … }
/// ```
package struct JSONReader: Sendable {
    /// The document.
    ///
    /// It is valid UTF-8 as a whole, so that any part of it between two ASCII characters is too.
    package let bytes: [UInt8]
    /// The offset of the next byte that is not consumed yet.
    package internal(set) var position: Int
    let limits: JSONLimits
    private var depth: Int
    private var elements: Int
    /// Whether an array or object has just been opened, so that no comma is expected before what follows.
    ///
    /// One flag is enough: closing an inner container leaves it false, and its parent has read at least that container.
    private var isAtStart: Bool
    /// The string token of the key that ``nextKey()`` returned last.
    package private(set) var keyToken: JSONStringToken

    /// Creates a reader of a whole document.
    package init(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        guard bytes.count <= limits.maximumBytes else {
            throw JSONError(.tooLarge, at: limits.maximumBytes)
        }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONError(.invalidUTF8, at: error.byteOffsets.lowerBound)
        }
        self.init(validated: bytes, limits: limits)
    }

    /// Creates a reader of a document that another reader has read.
    init(validated bytes: [UInt8], limits: JSONLimits = .default) {
        self.bytes = bytes
        self.position = 0
        self.limits = limits
        self.depth = 0
        self.elements = 0
        self.isAtStart = false
        self.keyToken = JSONStringToken(range: 0..<0, isEscaped: false)
    }
}

// MARK: Walk through containers

extension JSONReader {
    /// Consumes the opening brace of an object.
    package mutating func beginObject() throws(JSONError) {
        try self.begin(UInt8(ascii: "{"))
    }

    /// Consumes the opening bracket of an array.
    package mutating func beginArray() throws(JSONError) {
        try self.begin(UInt8(ascii: "["))
    }

    /// Consumes the next key and its colon, or the closing brace of the object.
    ///
    /// - Returns: The key, or `nil` at the end of the object.
    package mutating func nextKey() throws(JSONError) -> JSONKey? {
        guard try self.advance(closing: UInt8(ascii: "}")) else { return nil }
        let token = try self.readStringToken()
        try self.expect(UInt8(ascii: ":"))
        self.keyToken = token
        return self.key(of: token)
    }

    /// Consumes the comma before the next element, or the closing bracket of the array.
    ///
    /// - Returns: Whether there is a next element.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try self.advance(closing: UInt8(ascii: "]"))
    }

    /// Checks that nothing but white space follows.
    package mutating func finish() throws(JSONError) {
        self.skipWhitespace()
        guard self.position == self.bytes.count else {
            throw JSONError(.trailingData, at: self.position)
        }
    }

    private mutating func begin(_ bracket: UInt8) throws(JSONError) {
        guard try self.nextByte() == bracket else {
            throw JSONError(.wrongType, at: self.position)
        }
        self.depth += 1
        guard self.depth <= self.limits.maximumDepth else {
            throw JSONError(.tooDeep, at: self.position)
        }
        self.position += 1
        self.isAtStart = true
    }

    private mutating func advance(closing bracket: UInt8) throws(JSONError) -> Bool {
        let byte = try self.nextByte()
        if byte == bracket {
            self.position += 1
            self.depth -= 1
            self.isAtStart = false
            return false
        }
        if self.isAtStart {
            self.isAtStart = false
        } else {
            try self.expect(UInt8(ascii: ","))
        }
        self.elements += 1
        guard self.elements <= self.limits.maximumElements else {
            throw JSONError(.tooManyElements, at: self.position)
        }
        return true
    }
}

// MARK: Look at single bytes

extension JSONReader {
    /// Skips white space and returns the byte after it without consuming it.
    @inline(__always)
    mutating func nextByte() throws(JSONError) -> UInt8 {
        if self.position < self.bytes.count {
            let byte = self.bytes[self.position]
            if byte > UInt8(ascii: " ") { return byte }
        }
        return try self.nextByteAfterSpace()
    }

    private mutating func nextByteAfterSpace() throws(JSONError) -> UInt8 {
        self.skipWhitespace()
        guard self.position < self.bytes.count else {
            throw JSONError(.unexpectedEnd, at: self.position)
        }
        return self.bytes[self.position]
    }

    /// Consumes one given byte, and white space before it.
    mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard try self.nextByte() == byte else {
            throw JSONError(.unexpectedByte, at: self.position)
        }
        self.position += 1
    }

    /// Consumes a word such as `null` if it stands here.
    ///
    /// - Throws: ``JSONError/Code/unexpectedByte`` when there is something else.
    mutating func expect(_ word: JSONWord) throws(JSONError) {
        guard !word.isFound(in: self.bytes.span, at: self.position) else {
            self.position += word.count
            return
        }
        // The error tells which byte differs.
        for byte in word.text.utf8 {
            guard self.position < self.bytes.count else {
                throw JSONError(.unexpectedEnd, at: self.position)
            }
            guard self.bytes[self.position] == byte else {
                throw JSONError(.unexpectedByte, at: self.position)
            }
            self.position += 1
        }
    }

    /// Consumes bytes if they come next: a whole value in the form that it usually has.
    mutating func consume(_ usual: [UInt8]) -> Bool {
        guard self.bytes.span.holds(usual.span, at: self.position) else { return false }
        self.position += usual.count
        return true
    }

    private mutating func skipWhitespace() {
        while self.position < self.bytes.count, self.bytes[self.position] <= UInt8(ascii: " ") {
            switch self.bytes[self.position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): self.position += 1
            default: return
            }
        }
    }
}
