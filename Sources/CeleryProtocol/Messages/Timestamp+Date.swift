#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension Timestamp {
    /// Creates a point in time from a date, rounded to the microsecond.
    ///
    /// A date that cannot be represented, such as `Date.distantFuture` many times over, becomes the latest or earliest
    /// that can.
    public init(_ date: Date) {
        let microseconds = (date.timeIntervalSince1970 * 1_000_000).rounded()
        self.init(microseconds: Int64(exactly: microseconds) ?? (microseconds < 0 ? .min : .max))
    }

    /// The same point in time as a date.
    public var date: Date {
        let (seconds, fraction) = self.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return Date(timeIntervalSince1970: Double(seconds) + Double(fraction) / 1_000_000)
    }

    /// The present, by the system's clock.
    public static func now() -> Timestamp {
        Timestamp(Date())
    }
}
