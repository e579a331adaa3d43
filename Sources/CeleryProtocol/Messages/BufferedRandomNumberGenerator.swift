#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The system's random numbers, asked for 32 at a time.
///
/// ``PooledRandomNumberGenerator`` is one of these for everybody.
package struct BufferedRandomNumberGenerator: RandomNumberGenerator {
    /// As much as `getentropy` gives at once: 256 bytes.
    private var words = InlineArray<32, UInt64>(repeating: 0)
    private var position = 32

    /// Creates a generator; nothing is drawn before the first number is asked for.
    package init() {}

    /// A number that has not been given out before.
    package mutating func next() -> UInt64 {
        if self.position == self.words.count { self.refill() }
        defer { self.position += 1 }
        return self.words[self.position]
    }

    private mutating func refill() {
        self.position = 0
        #if canImport(Glibc) || canImport(Musl)
        var words = self.words.mutableSpan
        let status = unsafe words.withUnsafeMutableBytes { bytes in
            unsafe bytes.baseAddress.map { unsafe getentropy($0, bytes.count) } ?? -1
        }
        if status == 0 { return }
        #endif
        // A kernel without the call, or a system whose own generator makes none.
        var generator = SystemRandomNumberGenerator()
        for index in self.words.indices { self.words[index] = generator.next() }
    }
}
