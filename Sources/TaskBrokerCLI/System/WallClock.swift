import CeleryProtocol

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The time of day in the time zone of the machine, or of `TZ`.
enum WallClock {
    /// `2026-11-21 05:00:00,123`, as Python's `logging` writes the time.
    static func text(of timestamp: Timestamp) -> String {
        let (seconds, fraction) = timestamp.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        var time = time_t(seconds)
        var parts = unsafe tm()
        _ = unsafe localtime_r(&time, &parts)
        let date = unsafe [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday].map { self.padded($0, 2) }
        let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { self.padded($0, 2) }
        let milliseconds = self.padded(Int32(max(0, fraction) / 1_000), 3)
        return "\(date.joined(separator: "-")) \(clock.joined(separator: ":")),\(milliseconds)"
    }

    private static func padded(_ number: Int32, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
