/// Text that is safe to show in a terminal or to write into a log.
///
/// Names, arguments and exceptions come from whoever can write to a queue. In a terminal they could move the cursor, change
/// the clipboard or the title, or forge lines of a log (`reliability.md` X13).
package enum TerminalText {
    /// The text with everything that a terminal acts on made visible.
    ///
    /// Control characters (C0, DEL, C1), bidirectional controls, and the separators of lines and paragraphs become `\n`, `\t`,
    /// `\r`, `\x1b` or `\u{202e}`.
    package static func escape(_ text: some StringProtocol) -> String {
        guard text.unicodeScalars.contains(where: self.isHarmful) else { return String(text) }
        var result = ""
        for scalar in text.unicodeScalars {
            if self.isHarmful(scalar) {
                result += self.visible(scalar)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text with everything but its line breaks and tabs escaped: for tracebacks, which have lines.
    package static func escapeLines(_ text: some StringProtocol) -> String {
        // "\r\n" is one Character, so that splitting by Character would leave it in.
        String(text).unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false)
                    .map { self.escape(String($0)) }
                    .joined(separator: "\t")
            }
            .joined(separator: "\n")
    }

    /// How many columns the text takes in a terminal: two for East Asian wide characters and emoji.
    package static func width(of text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + self.width(of: $1) }
    }
}

extension TerminalText {
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F: true  // C0, DEL, C1
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // bidirectional controls
        case 0x2028, 0x2029: true  // separators of lines and paragraphs
        case 0x200B, 0x2060...0x2064, 0xFEFF: true  // invisible
        case 0xE0000...0xE007F: true  // tags, which nobody sees
        default: false
        }
    }

    private static func visible(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: break
        }
        let digits = String(scalar.value, radix: 16)
        if scalar.value < 0x100 { return "\\x" + (digits.count < 2 ? "0" : "") + digits }
        return "\\u{\(digits)}"
    }

    private static func width(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x0300...0x036F, 0xFE00...0xFE0F: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF: return 2
        case 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD: return 2
        default: return 1
        }
    }
}
