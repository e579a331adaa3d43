/// Identifiers for tasks, groups and deliveries.
///
/// Celery's are UUIDs of version 4, but users may choose others: an identifier that was read is never parsed.
package enum Identifier {
    /// A random UUID as text, in lower case with hyphens, as Python writes them.
    package static func uuid4() -> String {
        var generator = PooledRandomNumberGenerator()
        return self.uuid4(using: &generator)
    }

    /// A random UUID as text, from a source that must be as unpredictable as the system's.
    package static func uuid4(using generator: inout some RandomNumberGenerator) -> String {
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x0000_0000_0000_4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let first = UInt32(truncatingIfNeeded: high >> 32).hexDigits
        let second = UInt32(truncatingIfNeeded: high).hexDigits
        let third = UInt32(truncatingIfNeeded: low >> 32).hexDigits
        let fourth = UInt32(truncatingIfNeeded: low).hexDigits
        return unsafe String(unsafeUninitializedCapacity: 36) { text in
            unsafe text.write(first, count: 8, at: 0)
            unsafe text.write(second, count: 4, at: 9)
            unsafe text.write(second >> 32, count: 4, at: 14)
            unsafe text.write(third, count: 4, at: 19)
            unsafe text.write(third >> 32, count: 4, at: 24)
            unsafe text.write(fourth, count: 8, at: 28)
            for hyphen in [8, 13, 18, 23] { unsafe text[hyphen] = UInt8(ascii: "-") }
            return 36
        }
    }
}

extension UInt32 {
    /// Its eight hexadecimal digits as text, the first one in the lowest byte.
    ///
    /// All eight at once, as a loop over them takes ten times as long: two are made for each message.
    fileprivate var hexDigits: UInt64 {
        // Each four bits move to a byte of their own.
        var nibbles = UInt64(self)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // One in each byte that is more than nine, to which the distance from ":" to "a" is added.
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).byteSwapped
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Writes so many of the lowest bytes of a word.
    @inline(__always)
    fileprivate func write(_ word: UInt64, count: Int, at offset: Int) {
        for index in 0..<count { unsafe self[offset + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index)) }
    }
}
