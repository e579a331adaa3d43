/// Character references: `&amp;`, `&#233;`, `&#xE9;`.
enum CharacterReferences {}

extension CharacterReferences {
    /// Replaces the references in a text; what is no reference stays as it is.
    ///
    /// Numbers of any scalar, and the few names that escaping produces. As the HTML standard says, a number that is no scalar
    /// becomes U+FFFD; so do bytes that are not UTF-8.
    static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            let candidate = rest.prefix(Self.longest)
            if byte == UInt8(ascii: "&"),
                let end = candidate.firstIndex(of: UInt8(ascii: ";")),
                let scalar = Self.scalar(named: candidate[..<end])
            {
                decoded += UTF8.encode(scalar).map(Array.init) ?? []
                rest = rest[(end + 1)...]
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// How far the semicolon may be: room for `#x10FFFF;` with some leading zeros.
    private static let longest = 16

    private static func scalar(named name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard name.first == UInt8(ascii: "#") else { return Self.names[String(decoding: name, as: UTF8.self)] }
        let digits = name.dropFirst()
        if digits.first.map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            return Self.scalar(digits: digits.dropFirst(), radix: 16)
        }
        return Self.scalar(digits: digits, radix: 10)
    }

    private static func scalar(digits: ArraySlice<UInt8>, radix: UInt32) -> Unicode.Scalar? {
        guard !digits.isEmpty else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            guard let number = Character(Unicode.Scalar(digit)).hexDigitValue, number < radix else { return nil }
            // Stays above the last scalar once it is there, and far from overflow.
            value = min(value * radix + UInt32(number), 0x11_0000)
        }
        return value == 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static let names: [String: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}",
    ]
}
