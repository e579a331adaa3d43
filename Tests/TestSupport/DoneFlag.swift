import Synchronization

/// Whether something is over, for those who go on until it is.
package final class DoneFlag: Sendable {
    private let flag = Mutex(false)

    /// Creates a flag that is not set.
    package init() {}

    /// Whether it is over.
    package var isSet: Bool { self.flag.withLock { $0 } }

    /// Ends it.
    package func set() { self.flag.withLock { $0 = true } }
}
