/// Values as Python prints them, for the texts that people see in logs, events, Flower and exceptions.
package enum PythonRepr {
    /// The number of characters after which texts for display are cut, as Celery does.
    package static let maximumLength = 1024

    /// Positional arguments for the header `argsrepr`: `(2, 'a')`, `(1,)`, `()`.
    package static func tuple(_ args: [JSONValue]) -> String {
        var text = SafeReprText(remaining: self.maximumLength)
        text.appendSequence(args, opening: "(", closing: args.count == 1 ? ",)" : ")")
        return text.text
    }

    /// Keyword arguments for the header `kwargsrepr`: `{'x': 1}`.
    ///
    /// Sorted by name, so that equal arguments have equal texts.
    package static func dictionary(_ kwargs: [String: JSONValue]) -> String {
        kwargs.isEmpty ? "{}" : self.display(.object(kwargs))
    }

    /// A value for display: cut after 1024 characters, and `[...]` or `{...}` for what is nested deeper than three
    /// levels.
    ///
    /// This is Celery's `saferepr`, which always uses single quotes and escapes nothing but them.
    package static func display(_ value: JSONValue) -> String {
        var text = SafeReprText(remaining: self.maximumLength)
        text.append(value)
        return text.text
    }

    /// A value as Python's `repr` prints it, of any size; the text of exceptions.
    package static func value(_ value: JSONValue) -> String {
        switch value {
        case .null: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .integer(let number): String(number)
        case .bigInteger(let digits): digits
        case .double(let number): number.pythonRepr()
        case .string(let text): self.string(text)
        case .array(let elements): "[" + elements.map { self.value($0) }.joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { self.string($0.key) + ": " + self.value($0.value) }
                .joined(separator: ", ") + "}"
        }
    }

    /// A string in quotes: single ones, unless it contains single but no double quotes.
    private static func string(_ text: String) -> String {
        let quote: Unicode.Scalar =
            text.utf8.contains(UInt8(ascii: "'")) && !text.utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
        var literal = String(quote)
        for scalar in text.unicodeScalars {
            switch scalar {
            case quote, "\\": literal += "\\" + String(scalar)
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case " "..."~": literal.unicodeScalars.append(scalar)
            default: literal += self.isPrintable(scalar) ? String(scalar) : self.escape(scalar)
            }
        }
        literal.unicodeScalars.append(quote)
        return literal
    }

    /// Whether Python prints a character beyond ASCII as it is: everything but "other" and "separator" characters.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        return "\\" + letter + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
