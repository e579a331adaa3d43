/// A line on standard error that shows how far something is; nothing when nobody watches.
package struct ProgressBar {
    private let console: Console
    private let label: String
    private let isShown: Bool
    private let started: ContinuousClock.Instant
    private var lastShown: ContinuousClock.Instant?

    /// How long a line stays before it is replaced.
    private static let interval: Duration = .milliseconds(100)

    /// Creates a bar; nothing is shown yet.
    package init(_ label: String, console: Console, now: ContinuousClock.Instant = .now) {
        self.console = console
        self.label = label
        self.isShown = console.errors.isTerminal && !console.isQuiet && console.errorPalette.isColored
        self.started = now
    }
}

extension ProgressBar {
    /// Shows the state, at most ten times a second.
    ///
    /// - Parameter total: How many there will be, if that is known.
    package mutating func show(_ done: Int, of total: Int? = nil, failed: Int = 0, now: ContinuousClock.Instant = .now)
    {
        guard self.isShown else { return }
        if let lastShown, lastShown.duration(to: now) < Self.interval { return }
        self.lastShown = now
        let line = Self.line(self.label, done, of: total, failed: failed, elapsed: self.started.duration(to: now))
        self.write("\r\u{1B}[K\(line)")
    }

    /// Takes the line away, before something else is written.
    package mutating func clear() {
        guard self.isShown, self.lastShown != nil else { return }
        self.lastShown = nil
        self.write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        try? self.console.errors.write(text)
        try? self.console.errors.flush()
    }

    /// `sending [#####.....]  5000/10000  12000/s  ETA 1s  2 failed`.
    static func line(_ label: String, _ done: Int, of total: Int?, failed: Int, elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var parts = [label]
        if let total, total > 0 {
            let filled = min(20, max(0, done * 20 / total))
            parts.append("[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: 20 - filled))]")
            parts.append("\(done)/\(total)")
        } else {
            parts.append("\(done)")
        }
        parts.append("\(Int(rate))/s")
        if let total, done < total, rate > 0 { parts.append("ETA \(RelativeTime.text(Double(total - done) / rate))") }
        if failed > 0 { parts.append("\(failed) failed") }
        return parts.joined(separator: "  ")
    }
}
