/// Numbers for people: as many digits as matter.
enum RoundedNumber {
    /// `0.04`, `1.3`, `250`.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        let magnitude = min(abs(value), 1e15)
        let scale: Double = magnitude < 1 ? 100 : magnitude < 100 ? 10 : 1
        let rounded = (magnitude * scale).rounded() / scale
        let text = rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
        return value < 0 && rounded != 0 ? "-" + text : text
    }
}
