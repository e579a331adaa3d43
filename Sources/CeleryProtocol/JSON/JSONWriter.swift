/// Appends JSON to a buffer, in the form of Python's `json.dumps`.
///
/// Everything is ASCII: other characters are written as `\uXXXX`, those beyond U+FFFF as a surrogate pair.
package struct JSONWriter: Sendable {
    /// What has been written so far.
    package var bytes: [UInt8]

    /// Creates a writer with room for a number of bytes.
    package init(capacity: Int = 0) {
        self.bytes = []
        self.bytes.reserveCapacity(capacity)
    }
}

extension JSONWriter {
    /// Appends text as it is: punctuation, or something that is JSON already.
    package mutating func append(_ text: String) {
        self.append(text.utf8.span)
    }

    /// Appends bytes that are JSON already.
    ///
    /// A sequence of bytes would be appended one by one, or after being asked for its size twice.
    mutating func append(_ json: Span<UInt8>) {
        unsafe json.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
    }

    /// Appends bytes that are JSON already.
    package mutating func append(_ json: some Collection<UInt8>) {
        self.bytes.append(contentsOf: json)
    }

    /// Writes a value; the members of objects are sorted by name.
    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: self.append("null")
        case .bool(let flag): self.append(flag ? "true" : "false")
        case .integer(let number): self.write(number)
        case .bigInteger(let digits): self.writeBigInteger(digits)
        case .double(let number): self.write(number)
        case .string(let text): self.write(text)
        case .array(let elements): self.write(elements)
        case .object(let members): self.write(members)
        }
    }

    /// Writes an array.
    package mutating func write(_ elements: [JSONValue]) {
        self.append("[")
        var isFirst = true
        for element in elements {
            if !isFirst {
                self.append(", ")
            }
            isFirst = false
            self.write(element)
        }
        self.append("]")
    }

    /// Writes an object, its members sorted by name.
    package mutating func write(_ members: [String: JSONValue]) {
        self.append("{")
        var isFirst = true
        for (name, value) in members.sortedByName {
            if !isFirst {
                self.append(", ")
            }
            isFirst = false
            self.write(name)
            self.append(": ")
            self.write(value)
        }
        self.append("}")
    }
}

// MARK: Write numbers

extension JSONWriter {
    /// Writes an integer.
    package mutating func write(_ number: Int64) {
        if 0..<10 ~= number {
            self.bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
        } else {
            self.append(String(number))
        }
    }

    /// Writes a float as Python's `repr` does.
    package mutating func write(_ number: Double) {
        self.append(number.pythonRepr(nan: "NaN", infinity: "Infinity"))
    }

    private mutating func writeBigInteger(_ digits: String) {
        let magnitude = digits.utf8.first == UInt8(ascii: "-") ? digits.utf8.dropFirst() : digits.utf8[...]
        let isInteger = !magnitude.isEmpty && magnitude.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        if isInteger, magnitude.first != UInt8(ascii: "0") || magnitude.count == 1 {
            self.append(digits)
        } else {
            self.write(digits)
        }
    }
}

// MARK: Write strings

extension JSONWriter {
    /// Writes a string with its quotes.
    package mutating func write(_ text: String) {
        self.bytes.append(UInt8(ascii: "\""))
        let span = text.utf8.span
        if span.isPlainJSON {
            self.append(span)
        } else {
            for scalar in text.unicodeScalars {
                self.appendEscaped(scalar)
            }
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a point in time as text, or `null`.
    package mutating func write(_ time: Timestamp?) {
        guard let time else { return self.append("null") }
        self.bytes.append(UInt8(ascii: "\""))
        time.appendISO8601(to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a string, or `null`.
    package mutating func write(_ text: String?) {
        if let text {
            self.write(text)
        } else {
            self.append("null")
        }
    }

    private mutating func appendEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": self.append("\\\"")
        case "\\": self.append("\\\\")
        case "\n": self.append("\\n")
        case "\r": self.append("\\r")
        case "\t": self.append("\\t")
        case "\u{08}": self.append("\\b")
        case "\u{0C}": self.append("\\f")
        case " "..."~": self.bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        default:
            for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                self.appendUnicodeEscape(unit)
            }
        }
    }

    private mutating func appendUnicodeEscape(_ unit: UInt16) {
        self.append("\\u")
        for shift: UInt16 in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
            self.bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
