/// Text made safe for HTML.
package enum HTML {}

extension HTML {
    /// How characters beyond ASCII are written; both mean the same to a browser.
    package enum Spelling: Sendable {
        /// As they are, in UTF-8.
        case plain

        /// As decimal references: `é` is `&#233;`.
        case decimal

        /// As hexadecimal references: `é` is `&#xE9;`.
        case hexadecimal
    }

    /// Escapes text for element content and for quoted attribute values.
    ///
    /// The five characters that mean something to HTML become `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#39;`.
    package static func escaped(_ text: String, spelling: Spelling = .plain) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case _ where scalar.isASCII || spelling == .plain: escaped.unicodeScalars.append(scalar)
            case _ where spelling == .decimal: escaped += "&#\(scalar.value);"
            default: escaped += "&#x\(String(scalar.value, radix: 16, uppercase: true));"
            }
        }
        return escaped
    }
}
