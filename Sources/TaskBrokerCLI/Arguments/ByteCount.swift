/// A number of bytes as people write it: `512MiB`, `64kB`, `1G`, `4096`.
///
/// `K`, `M`, `G` and `T` alone are powers of 1024, as `ulimit` and Docker mean them.
package struct ByteCount: Hashable, Sendable, CustomStringConvertible {
    /// The number.
    package let bytes: UInt64

    package init(_ bytes: UInt64) {
        self.bytes = bytes
    }

    /// Reads a number; `nil` for anything else, and for more than fits into 63 bits.
    package init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
        guard let number = UInt64(digits), let factor = Self.factors[unit] else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow, bytes <= UInt64(Int64.max) else { return nil }
        self.bytes = bytes
    }

    private static let factors: [String: UInt64] = [
        "": 1, "b": 1,
        "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40,
        "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
        "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
    ]

    /// `1 MiB`, or `1500000 bytes` where no binary unit fits.
    package var description: String {
        for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where self.bytes >= 1 << shift {
            if self.bytes.isMultiple(of: 1 << shift) { return "\(self.bytes >> shift) \(unit)" }
        }
        return "\(self.bytes) bytes"
    }
}
