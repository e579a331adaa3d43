extension Timestamp: CustomStringConvertible {
    /// The same text as ``iso8601``.
    public var description: String {
        self.iso8601
    }

    /// The text that Python's `datetime.isoformat()` gives: `2026-11-21T02:15:55.254790+00:00`, without a fraction if
    /// it is zero.
    ///
    /// Python's calendar has the years 1 to 9999; a point in time outside of them is written as the nearest inside, so
    /// that no peer fails to read it.
    public var iso8601: String {
        var text: [UInt8] = []
        text.reserveCapacity(32)
        self.appendISO8601(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends ``iso8601`` to a buffer.
    func appendISO8601(to text: inout [UInt8]) {
        let clamped = min(max(self.microseconds, Self.earliestInPython), Self.latestInPython)
        let (second, fraction) = clamped.floored(by: 1_000_000)
        let (day, secondOfDay) = second.floored(by: 86_400)
        let date = CivilDate(daysSince1970: Int(day))
        text.append(Int64(date.year), digits: 4)
        text.append(Int64(date.month), digits: 2, after: "-")
        text.append(Int64(date.day), digits: 2, after: "-")
        text.append(secondOfDay / 3600, digits: 2, after: "T")
        text.append(secondOfDay / 60 % 60, digits: 2, after: ":")
        text.append(secondOfDay % 60, digits: 2, after: ":")
        if fraction != 0 {
            text.append(fraction, digits: 6, after: ".")
        }
        text.append(contentsOf: "+00:00".utf8)
    }

    /// 0001-01-01T00:00:00 UTC.
    private static let earliestInPython: Int64 = -62_135_596_800_000_000
    /// 9999-12-31T23:59:59.999999 UTC.
    private static let latestInPython: Int64 = 253_402_300_799_999_999
}

extension Int64 {
    /// Quotient and remainder, the remainder never negative.
    fileprivate func floored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    /// Appends a number with leading zeros.
    fileprivate mutating func append(_ number: Int64, digits: Int, after separator: Unicode.Scalar? = nil) {
        if let separator { self.append(UInt8(ascii: separator)) }
        var rest = number
        var place = self.count + digits
        self.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: digits))
        for _ in 0..<digits {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place -= 1
            self[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
    }
}
