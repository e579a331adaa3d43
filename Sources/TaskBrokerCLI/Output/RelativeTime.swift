/// Lengths of time as people say them.
package enum RelativeTime {
    /// `340ms`, `12s`, `5m 3s`, `2h 10m`, `3d 4h`.
    package static func text(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let magnitude = min(abs(seconds), 1e12)
        if magnitude < 1 { return "\(Int((magnitude * 1_000).rounded()))ms" }
        let whole = Int(magnitude)
        switch whole {
        case ..<60: return "\(whole)s"
        case ..<3_600: return self.pair(whole / 60, "m", whole % 60, "s")
        case ..<86_400: return self.pair(whole / 3_600, "h", whole % 3_600 / 60, "m")
        default: return self.pair(whole / 86_400, "d", whole % 86_400 / 3_600, "h")
        }
    }

    /// `12s ago` or `in 5m`; `now` within a tenth of a second.
    package static func text(from now: Double, to moment: Double) -> String {
        let distance = moment - now
        if abs(distance) < 0.1 { return "now" }
        return distance < 0 ? "\(self.text(distance)) ago" : "in \(self.text(distance))"
    }

    private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit) \(small)\(smallUnit)"
    }
}
