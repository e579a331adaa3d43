import CeleryProtocol

extension Timestamp {
    /// Creates a point in time from milliseconds since 1970, Redis's measure.
    init(milliseconds: Int64) {
        let (microseconds, overflows) = milliseconds.multipliedReportingOverflow(by: 1000)
        self.init(microseconds: overflows ? (milliseconds < 0 ? .min : .max) : microseconds)
    }

    /// Milliseconds since 1970, rounded up: what is due is not served early.
    var milliseconds: Int64 {
        let (quotient, remainder) = self.microseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder > 0 ? quotient + 1 : quotient
    }
}

extension Duration {
    /// The duration in whole seconds, rounded up, at least one: what `EX` takes.
    var inWholeSeconds: Int64 {
        let (seconds, attoseconds) = self.components
        return max(1, attoseconds > 0 && seconds < .max ? seconds + 1 : seconds)
    }
}
