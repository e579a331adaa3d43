/// The digits of a number as an integer and a power of ten, as long as they fit.
struct JSONDecimal {
    var mantissa: UInt64 = 0
    var exponent = 0
    var overflows = false

    mutating func append(_ digit: UInt8) {
        let (product, first) = self.mantissa.multipliedReportingOverflow(by: 10)
        let (sum, second) = product.addingReportingOverflow(UInt64(digit))
        self.overflows = self.overflows || first || second
        self.mantissa = sum
    }

    mutating func appendFraction(_ digit: UInt8) {
        self.append(digit)
        self.exponent -= 1
    }

    func integer(isNegative: Bool) -> Int64? {
        guard !self.overflows else { return nil }
        guard isNegative else { return Int64(exactly: self.mantissa) }
        return self.mantissa == Int64.min.magnitude ? .min : Int64(exactly: self.mantissa).map { -$0 }
    }

    /// The nearest double, when one multiplication or division by an exact power of ten yields it correctly rounded
    /// (Clinger, "How to read floating point numbers accurately", 1990); `nil` when the whole text must be looked at.
    func double(isNegative: Bool) -> Double? {
        guard !self.overflows, self.mantissa <= 1 << 53, -22...22 ~= self.exponent else { return nil }
        let power = Self.powersOfTen[abs(self.exponent)]
        let magnitude = self.exponent < 0 ? Double(self.mantissa) / power : Double(self.mantissa) * power
        return isNegative ? -magnitude : magnitude
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}
