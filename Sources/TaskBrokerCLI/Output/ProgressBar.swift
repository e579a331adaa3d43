import TaskBroker

/// A line on standard error that shows how far something is; nothing when nobody watches.
package struct ProgressBar {
    private let console: Console
    private let label: String
    private let isShown: Bool
    private let started = ContinuousClock.now
    private var lastShown: ContinuousClock.Instant?
    /// How many were done when it was shown first: what was done before says nothing about the rate.
    private var base: Int?

    /// How long a line stays before it is replaced.
    private static let interval: Duration = .milliseconds(100)

    /// Creates a bar; nothing is shown yet.
    package init(_ label: String, console: Console) {
        self.console = console
        self.label = label
        self.isShown = console.errors.isTerminal && !console.isQuiet && console.errorPalette.isColored
    }
}

extension ProgressBar {
    /// Shows the state, at most ten times a second.
    ///
    /// - Parameters:
    ///   - total: How many there will be, if that is known.
    ///   - detail: What else there is to say.
    package mutating func show(_ done: Int, of total: Int? = nil, failed: Int = 0, detail: String? = nil) {
        let now = ContinuousClock.now
        guard self.isShown else { return }
        if let lastShown, lastShown.duration(to: now) < Self.interval { return }
        self.lastShown = now
        let base = self.base ?? (total == nil ? 0 : done)
        self.base = base
        let rate = Double(done - base) / max(self.started.duration(to: now).inSeconds, 0.001)
        let line = Self.line(self.label, done, of: total, failed: failed, rate: rate, detail: detail)
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

    /// `sending  [#####.....]  5000/10000  12000/s  ETA 1s  2 failed`.
    static func line(
        _ label: String,
        _ done: Int,
        of total: Int?,
        failed: Int,
        rate: Double,
        detail: String? = nil
    ) -> String {
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
        if let detail { parts.append(TerminalText.escape(detail)) }
        return parts.joined(separator: "  ")
    }
}
