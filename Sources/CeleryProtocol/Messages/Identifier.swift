/// Identifiers for tasks, groups and deliveries.
///
/// Celery's are UUIDs of version 4, but users may choose others: an identifier that was read is never parsed.
package enum Identifier {
    /// A random UUID as text, in lower case with hyphens, as Python writes them.
    package static func uuid4() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x0000_0000_0000_4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        var text: [UInt8] = []
        text.reserveCapacity(36)
        Self.append(high, to: &text, hyphensBefore: (32, 16))
        Self.append(low, to: &text, hyphensBefore: (64, 48))
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends 16 hexadecimal digits, and a hyphen before those two that begin at the given bits.
    private static func append(_ word: UInt64, to text: inout [UInt8], hyphensBefore hyphens: (UInt64, UInt64)) {
        var bits: UInt64 = 64
        while bits > 0 {
            if bits == hyphens.0 || bits == hyphens.1 {
                text.append(UInt8(ascii: "-"))
            }
            bits -= 4
            let digit = UInt8(truncatingIfNeeded: word >> bits & 0xF)
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
