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
    /// The duration in whole seconds, rounded up, at least one and at most a century: what `EX` takes.
    ///
    /// Redis refuses times that overflow in milliseconds, and a script may not fail where it stores a result.
    var inWholeSeconds: Int64 {
        let (seconds, attoseconds) = self.components
        return min(max(1, attoseconds > 0 && seconds < .max ? seconds + 1 : seconds), 3_155_760_000)
    }
}
