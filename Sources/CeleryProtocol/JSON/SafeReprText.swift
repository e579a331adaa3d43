/// A text that stops growing after a number of characters, but still closes the brackets that it opened.
struct SafeReprText {
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
        case .null: self.append(cutting: "None")
        case .bool(let flag): self.append(cutting: flag ? "True" : "False")
        case .integer(let number): self.append(cutting: String(number))
        case .bigInteger(let digits): self.append(cutting: digits)
        case .double(let number): self.append(cutting: number.pythonRepr())
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
        for (name, value) in members.sortedByName {
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

    private mutating func append(cutting text: String) {
        self.append(token: self.cut(text))
    }

    private mutating func append(quoting text: String) {
        var shown = self.cut(text)
        if shown.utf8.contains(UInt8(ascii: "'")) {
            shown = shown.replacing("'", with: "\\'")
        }
        self.append(token: "'" + shown + "'")
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
