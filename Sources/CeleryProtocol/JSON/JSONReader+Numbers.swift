extension JSONReader {
    /// Consumes a number by the grammar of Python's `json` module.
    package mutating func readNumber() throws(JSONError) -> JSONNumber {
        switch try self.nextByte() {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try self.readDigits(from: self.position, isNegative: false)
        case UInt8(ascii: "N"):
            try self.expect(.nan)
            return .double(.nan)
        case UInt8(ascii: "I"):
            try self.expect(.infinity)
            return .double(.infinity)
        case UInt8(ascii: "-"):
            let start = self.position
            self.position += 1
            guard self.peek() == UInt8(ascii: "I") else {
                return try self.readDigits(from: start, isNegative: true)
            }
            try self.expect(.infinity)
            return .double(-.infinity)
        default:
            throw JSONError(.wrongType, at: self.position)
        }
    }

    /// Reads the digits after an optional sign.
    ///
    /// - Parameter start: Where the number starts, at its sign if it has one.
    private mutating func readDigits(from start: Int, isNegative: Bool) throws(JSONError) -> JSONNumber {
        var decimal = JSONDecimal()
        if self.peek() == UInt8(ascii: "0") {
            self.position += 1
        } else {
            try self.accumulate { decimal.append($0) }
        }
        var isInteger = true
        if self.peek() == UInt8(ascii: "."), Self.isDigit(self.peek(ahead: 1)) {
            isInteger = false
            self.position += 1
            try self.accumulate { decimal.appendFraction($0) }
        }
        if let letter = self.peek(), letter | 0x20 == UInt8(ascii: "e") {
            let sign = self.peek(ahead: 1)
            let length = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? 2 : 1
            if Self.isDigit(self.peek(ahead: length)) {
                isInteger = false
                self.position += length
                var exponent = 0
                try self.accumulate { exponent = min(exponent * 10 + Int($0), 100_000) }
                decimal.exponent += sign == UInt8(ascii: "-") ? -exponent : exponent
            }
        }
        guard self.position - start <= self.limits.maximumNumberLength else {
            throw JSONError(.numberTooLong, at: start)
        }
        let text = start..<self.position
        if isInteger {
            return decimal.integer(isNegative: isNegative).map { .integer($0) } ?? .bigInteger(self.numberText(text))
        }
        return .double(decimal.double(isNegative: isNegative) ?? Double(self.numberText(text)) ?? .nan)
    }

    /// Consumes one digit or more and hands their values over.
    private mutating func accumulate(_ digit: (UInt8) -> Void) throws(JSONError) {
        let start = self.position
        while let byte = self.peek(), Self.isDigit(byte) {
            digit(byte - UInt8(ascii: "0"))
            self.position += 1
        }
        guard self.position > start else {
            throw JSONError(self.position < self.bytes.count ? .unexpectedByte : .unexpectedEnd, at: self.position)
        }
    }

    private func numberText(_ range: Range<Int>) -> String {
        String(decoding: self.bytes[range], as: UTF8.self)
    }

    private func peek(ahead distance: Int = 0) -> UInt8? {
        self.position + distance < self.bytes.count ? self.bytes[self.position + distance] : nil
    }

    private static func isDigit(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}
