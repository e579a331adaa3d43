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
        self.display(.object(kwargs))
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

/// A text that stops growing after a number of characters, but still closes the brackets that it opened.
private struct SafeReprText {
    private(set) var text = ""
    /// How many characters (Unicode scalars, as Python counts) may follow; negative when the last part went beyond.
    private var remaining: Int
    private var level = 0
    private var isCut = false

    private static let maximumLevel = 3

    init(remaining: Int) {
        self.remaining = remaining
    }

    mutating func append(_ value: JSONValue) {
        switch value {
        case .null: self.append(token: "None")
        case .bool(let flag): self.append(token: flag ? "True" : "False")
        case .integer(let number): self.append(token: String(number))
        case .bigInteger(let digits): self.append(token: digits)
        case .double(let number): self.append(token: number.pythonRepr())
        case .string(let text): self.append(quoting: text)
        case .array(let elements): self.appendSequence(elements, opening: "[", closing: "]")
        case .object(let members): self.appendMapping(members)
        }
    }

    mutating func appendSequence(_ elements: [JSONValue], opening: String, closing: String) {
        guard self.open(opening, closing) else { return }
        var isFirst = true
        for element in elements {
            if !isFirst {
                self.append(token: ", ")
            }
            isFirst = false
            guard !self.isCut else { break }
            self.append(element)
        }
        self.close(closing)
    }

    private mutating func appendMapping(_ members: [String: JSONValue]) {
        guard self.open("{", "}") else { return }
        var isFirst = true
        for (name, value) in members.count > 1 ? members.sorted(by: { $0.key < $1.key }) : Array(members) {
            if !isFirst {
                self.append(token: ", ")
            }
            isFirst = false
            self.append(quoting: name)
            self.append(token: ": ")
            guard !self.isCut else { break }
            self.append(value)
        }
        self.close("}")
    }

    private mutating func open(_ opening: String, _ closing: String) -> Bool {
        guard self.level < Self.maximumLevel else {
            self.append(token: opening + "..." + closing)
            return false
        }
        self.append(token: opening)
        self.level += 1
        return !self.isCut
    }

    private mutating func close(_ closing: String) {
        self.level -= 1
        self.text += closing
        self.remaining -= closing.utf8.count
    }

    private mutating func append(quoting text: String) {
        self.append(token: "'" + self.cut(text).replacing("'", with: "\\'") + "'")
    }

    private mutating func append(token: String) {
        guard !self.isCut else { return }
        guard self.remaining > 0 else {
            self.isCut = true
            self.text += ", ..."
            return
        }
        self.text += token
        self.remaining -= token.unicodeScalars.count
    }

    /// The start of a text up to the last space that fits, if it does not fit as a whole.
    private func cut(_ text: String) -> String {
        guard self.remaining > 0, text.utf8.count >= self.remaining else { return text }
        let start = text.unicodeScalars.prefix(self.remaining)
        guard start.count == self.remaining else { return text }
        return String(start[..<(start.lastIndex(of: " ") ?? start.endIndex)]) + "..."
    }
}
