/// Identifiers for tasks, groups and deliveries.
///
/// Celery's are UUIDs of version 4, but users may choose others: an identifier that was read is never parsed.
package enum Identifier {
    /// A random UUID as text, in lower case with hyphens, as Python writes them.
    package static func uuid4() -> String {
        var generator = SystemRandomNumberGenerator()
        return self.uuid4(using: &generator)
    }

    /// A random UUID as text, from a source that must be as unpredictable as the system's.
    package static func uuid4(using generator: inout some RandomNumberGenerator) -> String {
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x0000_0000_0000_4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return unsafe String(unsafeUninitializedCapacity: 36) { text in
            let hyphens = unsafe Self.write(high, to: text, from: 0, hyphensAt: (8, 13))
            return unsafe Self.write(low, to: text, from: hyphens, hyphensAt: (18, 23))
        }
    }

    /// Writes 16 hexadecimal digits, with hyphens at two offsets; returns the offset behind them.
    private static func write(
        _ word: UInt64,
        to text: UnsafeMutableBufferPointer<UInt8>,
        from start: Int,
        hyphensAt hyphens: (Int, Int)
    ) -> Int {
        var offset = start
        for bits: UInt64 in stride(from: 60, through: 0, by: -4) {
            if offset == hyphens.0 || offset == hyphens.1 {
                unsafe text[offset] = UInt8(ascii: "-")
                offset += 1
            }
            let digit = UInt8(truncatingIfNeeded: word >> bits & 0xF)
            unsafe text[offset] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            offset += 1
        }
        return offset
    }
}
