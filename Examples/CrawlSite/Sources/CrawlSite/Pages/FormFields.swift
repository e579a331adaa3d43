/// The fields of a query or a form body (`application/x-www-form-urlencoded`).
///
/// Decoded as the URL Standard says: `+` is a blank, `%C3%A9` is a byte each, a stray `%` stands for itself, and bytes that
/// are not UTF-8 become U+FFFD. Of fields with the same name the first counts.
package struct FormFields: Sendable {
    private var values: [String: String] = [:]

    /// Decodes the text; never fails.
    package init(_ text: some StringProtocol) {
        for pair in text.utf8.split(separator: UInt8(ascii: "&")).prefix(Self.maximumCount) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(parts[0])
            if self.values[name] == nil {
                self.values[name] = parts.count == 2 ? Self.decoded(parts[1]) : ""
            }
        }
    }
}

extension FormFields {
    /// Fields beyond this number are ignored; the site's own forms have two.
    private static let maximumCount = 32

    /// The value of a field, nil when it was not sent.
    package subscript(name: String) -> String? { self.values[name] }

    private static func decoded(_ encoded: some Collection<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var rest = encoded[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let escaped = Self.byte(hexadecimal: rest.prefix(2)) {
                bytes.append(escaped)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func byte(hexadecimal digits: some Collection<UInt8>) -> UInt8? {
        guard digits.count == 2 else { return nil }
        return digits.reduce(UInt8?.some(0)) { value, digit in
            guard let value, let nibble = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            return value << 4 | UInt8(nibble)
        }
    }
}
