/// Base64 with the standard alphabet and padding (RFC 4648 §4), straight between byte buffers.
package enum Base64 {
    /// Appends the text for some bytes to a buffer.
    package static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        let bytes = bytes.span
        let alphabet = self.alphabet.span
        // Six bits are an index into 64 characters.
        func character(_ bits: UInt64) -> UInt8 { unsafe alphabet[unchecked: Int(bits & 0x3F)] }
        text.append(addingCapacity: (bytes.count + 2) / 3 * 4) { text in
            var index = 0
            while index + 3 <= bytes.count {
                // The first byte highest.
                let word = bytes.word(at: index).byteSwapped
                text.append(character(word >> 58))
                text.append(character(word >> 52))
                text.append(character(word >> 46))
                text.append(character(word >> 40))
                index += 3
            }
            // Beyond the end the word has zeros.
            let word = bytes.word(at: index).byteSwapped
            let rest = bytes.count - index
            guard rest > 0 else { return }
            text.append(character(word >> 58))
            text.append(character(word >> 52))
            text.append(rest > 1 ? character(word >> 46) : self.padding)
            text.append(self.padding)
        }
    }

    /// Decodes text, or returns `nil` if it is not base64.
    package static func decode(_ text: String) -> [UInt8]? { self.decode(text.utf8.span) }

    /// Decodes text, or returns `nil` if it is not base64.
    ///
    /// White space is skipped, since some encoders break lines; other characters and missing padding are refused. Bits
    /// beyond the last byte are ignored, as Python does.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        let values = Self.values
        var (bytes, position) = self.decodeGroups(text, values)
        // What is left is at most one group, unless there is white space.
        var group: UInt32 = 0
        var length = 0
        var paddings = 0
        while position < text.count {
            let character = text[position]
            position += 1
            let value = values[Int(character)]
            if value < 64, paddings == 0 {
                group = group << 6 | UInt32(value)
                length += 1
                if length == 4 {
                    bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                    bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                    bytes.append(UInt8(truncatingIfNeeded: group))
                    length = 0
                }
            } else if character == Self.padding, length + paddings < 4, length >= 2 {
                paddings += 1
            } else if value != Self.isWhitespace {
                return nil
            }
        }
        switch (length, paddings) {
        case (0, 0): break
        case (2, 2): bytes.append(UInt8(truncatingIfNeeded: group >> 4))
        case (3, 1):
            bytes.append(UInt8(truncatingIfNeeded: group >> 10))
            bytes.append(UInt8(truncatingIfNeeded: group >> 2))
        default: return nil
        }
        return bytes
    }

    /// Decodes whole groups of four characters, up to the first that has anything else in it; returns where that stands.
    private static func decodeGroups(_ text: Span<UInt8>, _ values: [UInt8]) -> (bytes: [UInt8], position: Int) {
        var bytes = [UInt8](repeating: 0, count: text.count / 4 * 3)
        var count = 0
        var index = 0
        while index + 4 <= text.count {
            let first = values[Int(text[index])]
            let second = values[Int(text[index + 1])]
            let third = values[Int(text[index + 2])]
            let fourth = values[Int(text[index + 3])]
            guard first | second | third | fourth < 64 else { break }
            bytes[count] = first << 2 | second >> 4
            bytes[count + 1] = second << 4 | third >> 2
            bytes[count + 2] = third << 6 | fourth
            count += 3
            index += 4
        }
        bytes.removeLast(bytes.count - count)
        return (bytes, index)
    }

    private static let padding = UInt8(ascii: "=")
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let isWhitespace: UInt8 = 0xFE

    /// What each character stands for: 0 to 63, or white space, or nothing.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in Self.alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        for character in " \t\r\n".utf8 {
            values[Int(character)] = Self.isWhitespace
        }
        return values
    }()
}
