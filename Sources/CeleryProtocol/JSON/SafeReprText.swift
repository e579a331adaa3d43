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
        case .null: self.append(ascii: self.cut("None"))
        case .bool(let flag): self.append(ascii: self.cut(flag ? "True" : "False"))
        case .integer(let number): self.append(ascii: self.cut(String(number)))
        case .bigInteger(let digits): self.append(token: self.cut(digits))
        case .double(let number): self.append(ascii: self.cut(number.pythonRepr()))
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
                self.append(ascii: ", ")
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
                self.append(ascii: ", ")
            }
            isFirst = false
            self.append(quoting: name)
            self.append(ascii: ": ")
            guard !self.isCut else { break }
            self.append(value)
        }
        self.close("}")
    }

    private mutating func open(_ opening: String, _ closing: String) -> Bool {
        guard self.level < Self.maximumLevel else {
            self.append(ascii: opening + "..." + closing)
            return false
        }
        self.append(ascii: opening)
        self.level += 1
        return !self.isCut
    }

    private mutating func close(_ closing: String) {
        self.level -= 1
        self.text += closing
        self.remaining -= closing.utf8.count
    }

    private mutating func append(quoting text: String) {
        var shown = self.cut(text)
        if shown.utf8.contains(UInt8(ascii: "'")) {
            shown = shown.replacing("'", with: "\\'")
        }
        self.append(token: "'" + shown + "'")
    }

    private mutating func append(token: String) {
        self.append(token, count: token.unicodeScalars.count)
    }

    /// Appends a token whose characters are as many as its bytes, which need not be decoded to be counted.
    private mutating func append(ascii token: String) {
        self.append(token, count: token.utf8.count)
    }

    private mutating func append(_ token: String, count: Int) {
        guard !self.isCut else { return }
        guard self.remaining > 0 else {
            self.isCut = true
            self.text += ", ..."
            return
        }
        self.text += token
        self.remaining -= count
    }

    /// The start of a text up to the last space that fits, if it does not fit as a whole.
    private func cut(_ text: String) -> String {
        guard self.remaining > 0, text.utf8.count >= self.remaining else { return text }
        let start = text.unicodeScalars.prefix(self.remaining)
        guard start.count == self.remaining else { return text }
        return String(start[..<(start.lastIndex(of: " ") ?? start.endIndex)]) + "..."
    }
}
