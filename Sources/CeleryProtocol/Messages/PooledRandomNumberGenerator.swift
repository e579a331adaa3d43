import Synchronization

/// The system's random numbers, drawn from it 32 at a time for everybody together.
///
/// `SystemRandomNumberGenerator` makes a system call for each eight bytes on Linux, and a message has two identifiers of two each.
/// A copy of the process made with `fork` would draw the same numbers; Swift programs do not run on in one, they execute another program.
package struct PooledRandomNumberGenerator: RandomNumberGenerator {
    /// The numbers, in an object.
    ///
    /// Swift 6.3.1 takes what a `Mutex` in a static `let` begins with for what it holds for ever, if an `InlineArray` is in it: with `-O` all
    /// numbers were 0. `scripts/check-release` looks after that.
    private final class Pool: Sendable {
        let generator = Mutex(BufferedRandomNumberGenerator())
    }

    private static let pool = Pool()

    /// Creates a generator.
    package init() {}

    /// A number that has not been given out before, in this process.
    package mutating func next() -> UInt64 { Self.pool.generator.withLock { $0.next() } }
}
