import ArgumentParser

/// A length of time on the command line: `10` or `1.5s`, `250ms`, `5m`, `2h`, `1d`, and sums such as `1h30m`.
///
/// A number without a unit is seconds, as in Celery.
package struct TimeSpan: Hashable, Sendable {
    /// The length.
    package let duration: Duration

    /// Creates a length of time.
    package init(_ duration: Duration) {
        self.duration = duration
    }

    /// Reads a length of time; `nil` for anything else, for negative ones and for more than a hundred years.
    package init?(_ text: String) {
        guard let seconds = Self.seconds(in: text), seconds <= Self.longest else { return nil }
        self.duration = .seconds(seconds)
    }

    /// A hundred years, in seconds.
    private static let longest: Double = 3_155_760_000
}

extension TimeSpan {
    private static func seconds(in text: String) -> Double? {
        var rest = text[...]
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest[digits.endIndex...]
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest[unit.endIndex...]
            // `Double` also reads "" as nil and "1." and ".5" as numbers, but no "1.2.3".
            guard let number = Double(digits), let factor = self.factor(of: unit) else { return nil }
            // Only a number that stands alone may go without its unit: "1h30" could mean minutes or seconds.
            if unit.isEmpty && digits.count != text.count { return nil }
            total += number * factor
        }
        return total
    }

    private static func factor(of unit: Substring) -> Double? {
        switch unit {
        case "ms": 0.001
        case "", "s", "sec": 1
        case "m", "min": 60
        case "h": 3_600
        case "d": 86_400
        default: nil
        }
    }
}

extension TimeSpan: ExpressibleByArgument {
    /// Reads the value of an option.
    package init?(argument: String) {
        self.init(argument)
    }

    /// The length as the help shows a default: `30s`.
    package var defaultValueDescription: String {
        let milliseconds = self.duration / .milliseconds(1)
        for (unit, size) in Self.units where milliseconds >= size {
            if let count = Int64(exactly: milliseconds / size) { return "\(count)\(unit)" }
        }
        return "\(milliseconds)ms"
    }

    /// The units, the largest first, in milliseconds.
    private static let units: [(name: String, size: Double)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]
}
