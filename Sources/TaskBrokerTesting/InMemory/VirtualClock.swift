public import CeleryProtocol

/// The time of an app in memory: it moves when it is told to, or by itself when there is nothing to do but wait.
///
/// While a task runs, or while a worker could take a message, time stands still. A clock that ``isAutomatic`` jumps to the
/// moment at which the next delayed message is due as soon as a worker waits for it, so that a countdown of an hour, an expiry or
/// the pause before a retry costs a test nothing.
public struct VirtualClock: Sendable, Hashable {
    /// What time it is.
    public private(set) var now: Timestamp
    /// Whether it jumps when a worker has nothing to do but wait.
    public let isAutomatic: Bool

    /// Creates a clock.
    ///
    /// - Parameters:
    ///   - start: What time it is at first; the first of January 2026, midnight in UTC, by default.
    ///   - isAutomatic: Whether it jumps. One that does not only moves when the app's `advance(by:)` is called.
    public init(start: Timestamp = Self.defaultStart, isAutomatic: Bool = true) {
        self.now = start
        self.isAutomatic = isAutomatic
    }

    /// 2026-01-01T00:00:00Z.
    public static let defaultStart = Timestamp(microseconds: 1_767_225_600_000_000)
}

extension VirtualClock {
    /// Moves to a moment; never back.
    mutating func advance(to moment: Timestamp) {
        self.now = max(self.now, moment)
    }

    /// Moves on; never back.
    mutating func advance(by duration: Duration) {
        self.advance(to: self.now.adding(duration))
    }
}
