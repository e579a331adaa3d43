import Synchronization

/// Lamport's clock: a number that grows with everything a process sends, and with what it hears of other processes.
///
/// Celery orders events by it where the clocks of machines disagree. Events carry its value as `clock`, control requests and
/// replies in the header of that name. One value belongs to one app; it is shared by all its workers and its `Inspector`.
package final class LogicalClock: Sendable {
    /// Greater numbers than this are not taken over: Python's are unbounded, and one forged message must not use up ours.
    private static let maximumForeign: Int64 = 1 << 53

    private let counter = Mutex<Int64>(0)

    /// Creates a clock at zero.
    package init() {}
}

extension LogicalClock {
    /// The present value, without moving the clock.
    package var value: Int64 { self.counter.withLock { $0 } }

    /// Moves the clock for something that is about to be sent, and returns the value to send with it.
    @discardableResult
    package func forward() -> Int64 {
        self.counter.withLock { value in
            value &+= 1
            return value
        }
    }

    /// Moves the clock past the value that came with a message, and returns the new value.
    @discardableResult
    package func adjust(to other: Int64) -> Int64 {
        self.counter.withLock { value in
            if 0...Self.maximumForeign ~= other { value = max(value, other) }
            value &+= 1
            return value
        }
    }
}
