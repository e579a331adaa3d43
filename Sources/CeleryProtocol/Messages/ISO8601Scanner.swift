/// Reads a time from the front of a text.
///
/// No arithmetic can overflow: years have four digits, everything else fewer.
struct ISO8601Scanner {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        self.rest = text[...].utf8
    }

    mutating func readTimestamp() -> Int64? {
        guard let date = self.readDate() else { return nil }
        let midnight = Int64(date.daysSince1970) * 86_400_000_000
        if self.rest.isEmpty {
            return midnight
        }
        guard self.skip("T") || self.skip(" ") || self.skip("t"), let time = self.readTime(),
            let offset = self.readOffset(), self.rest.isEmpty
        else { return nil }
        return midnight + time - offset
    }

    private mutating func readDate() -> CivilDate? {
        guard let year = self.readNumber(digits: 4), year > 0 else { return nil }
        let isExtended = self.skip("-")
        guard let month = self.readNumber(digits: 2), !isExtended || self.skip("-"),
            let day = self.readNumber(digits: 2)
        else { return nil }
        return CivilDate(year: Int(year), month: Int(month), day: Int(day))
    }

    /// Reads the time of the day in microseconds.
    private mutating func readTime() -> Int64? {
        guard let hour = self.readNumber(digits: 2) else { return nil }
        var minute: Int64 = 0
        var second: Int64 = 0
        var fraction: Int64 = 0
        let isExtended = self.skip(":")
        if isExtended || self.startsWithDigit {
            guard let number = self.readNumber(digits: 2) else { return nil }
            minute = number
            if isExtended ? self.skip(":") : self.startsWithDigit {
                guard let number = self.readNumber(digits: 2), let digits = self.readFraction() else { return nil }
                second = number
                fraction = digits
            }
        }
        let time = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
        guard minute < 60, second < 60, hour < 24 || time == 86_400_000_000 else { return nil }
        return time
    }

    /// Reads an optional fraction of a second in microseconds; digits after the sixth are dropped.
    private mutating func readFraction() -> Int64? {
        guard self.skip(".") || self.skip(",") else { return 0 }
        guard self.startsWithDigit else { return nil }
        var fraction: Int64 = 0
        var unit: Int64 = 100_000
        while let digit = self.readDigit() {
            fraction += digit * unit
            unit /= 10
        }
        return fraction
    }

    /// Reads an optional offset from UTC in microseconds, positive to the east.
    private mutating func readOffset() -> Int64? {
        if self.rest.isEmpty || self.skip("Z") || self.skip("z") {
            return 0
        }
        let isWest = self.skip("-")
        guard isWest || self.skip("+"), let hours = self.readNumber(digits: 2), hours < 24 else { return nil }
        var minutes: Int64 = 0
        if self.skip(":") || self.startsWithDigit {
            guard let number = self.readNumber(digits: 2), number < 60 else { return nil }
            minutes = number
        }
        let offset = (hours * 60 + minutes) * 60_000_000
        return isWest ? -offset : offset
    }

    private var startsWithDigit: Bool {
        self.rest.first.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? false
    }

    private mutating func readDigit() -> Int64? {
        guard self.startsWithDigit, let byte = self.rest.popFirst() else { return nil }
        return Int64(byte - UInt8(ascii: "0"))
    }

    private mutating func readNumber(digits: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<digits {
            guard let digit = self.readDigit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard self.rest.first == UInt8(ascii: scalar) else { return false }
        self.rest.removeFirst()
        return true
    }
}
