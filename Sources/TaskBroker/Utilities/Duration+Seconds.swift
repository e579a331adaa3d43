extension Duration {
    /// The length in seconds, with fractions.
    package var inSeconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// Creates a duration from seconds that may come from outside: not a number is zero, and anything is held to ±100 years.
    package init(inSeconds seconds: Double) {
        let century = 3_155_760_000.0
        self = seconds.isNaN ? .zero : .seconds(max(-century, min(seconds, century)))
    }

    /// The length in whole milliseconds, at least one for anything above zero.
    package var inMilliseconds: Int64 {
        let milliseconds = (self.inSeconds * 1_000).rounded(.up)
        return Int64(max(-9e15, min(milliseconds, 9e15)))
    }
}
