/// A point in time to the microsecond, as Python's `datetime` counts.
///
/// Text without an offset from UTC is UTC: Celery's default `timezone`.
public struct Timestamp: Hashable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z, negative before it.
    ///
    /// Leap seconds are not counted.
    public var microseconds: Int64

    /// Creates a point in time from microseconds since 1970.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }
}

extension Timestamp: Comparable {
    /// Whether one point in time is before another.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Timestamp {
    /// The point in time a duration later, or earlier if the duration is negative.
    ///
    /// Fractions of a microsecond are dropped. A result that cannot be represented becomes the latest or earliest that
    /// can.
    public func adding(_ duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflows else {
            return Timestamp(microseconds: seconds < 0 ? .min : .max)
        }
        return self.adding(microseconds: whole).adding(microseconds: attoseconds / 1_000_000_000_000)
    }

    /// How long ago another point in time was; negative if it is later.
    public func duration(since other: Timestamp) -> Duration {
        .microseconds(self.microseconds.subtractingClamped(other.microseconds))
    }

    private func adding(microseconds: Int64) -> Timestamp {
        let (sum, overflows) = self.microseconds.addingReportingOverflow(microseconds)
        return Timestamp(microseconds: overflows ? (microseconds < 0 ? .min : .max) : sum)
    }
}

extension Int64 {
    fileprivate func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflows) = self.subtractingReportingOverflow(other)
        return overflows ? (other < 0 ? .max : .min) : difference
    }
}
