/// The tags and texts of an HTML page, one after the other.
///
/// The part of the HTML standard's tokenizer that pages of data need: tags in any case, attributes quoted or not and in any
/// order, comments, character references. Never fails: what makes no sense is skipped as a browser skips it, and a tag that
/// the page's end cuts off is not there. Reads every byte a bounded number of times.
struct HTMLTokens: IteratorProtocol, Sequence {
    private let bytes: [UInt8]
    private var position = 0

    /// Starts at a page's beginning.
    init(_ html: String) {
        self.bytes = Array(html.utf8)
    }
}

extension HTMLTokens {
    /// A piece of a page.
    enum Token: Hashable {
        /// A start tag; names in lower case, values without references. Of attributes with the same name the first counts.
        case start(String, [String: String])

        /// An end tag, its name in lower case.
        case end(String)

        /// Text between tags, without references.
        case text(String)
    }

    /// The next piece, nil at the end.
    mutating func next() -> Token? {
        while let byte = self.peek() {
            guard byte == UInt8(ascii: "<"), let following = self.peek(1) else { return self.text() }
            switch following {
            case UInt8(ascii: "!") where self.starts(with: "<!--"):
                // The hyphens may be those of the beginning: `<!-->` is a whole comment.
                self.skip(past: "-->", from: 2)
            case UInt8(ascii: "!"), UInt8(ascii: "?"):
                self.skip(past: ">", from: 2)
            case UInt8(ascii: "/"):
                guard self.peek(2)?.isASCIILetter == true else { return self.text() }
                self.position += 2
                let name = self.name(until: \.endsTagName)
                guard self.skip(past: ">", from: 0) else { return nil }
                return .end(name)
            case _ where following.isASCIILetter:
                self.position += 1
                return self.startTag()
            default:
                return self.text()
            }
        }
        return nil
    }
}

// MARK: Reading tags

extension HTMLTokens {
    /// Reads a start tag from its name on; nil when the page ends within it.
    private mutating func startTag() -> Token? {
        let tag = self.name(until: \.endsTagName)
        var attributes: [String: String] = [:]
        while true {
            self.skip { $0.isHTMLWhitespace || $0 == UInt8(ascii: "/") }
            guard let byte = self.peek() else { return nil }
            guard byte != UInt8(ascii: ">") else {
                self.position += 1
                return .start(tag, attributes)
            }
            let (name, value) = self.attribute()
            if attributes[name] == nil {
                attributes[name] = value
            }
        }
    }

    private mutating func attribute() -> (name: String, value: String) {
        let start = self.position
        // An equals sign in front belongs to the name, as in the standard; so at least one byte is read.
        self.position += 1
        self.skip { !$0.endsTagName && $0 != UInt8(ascii: "=") }
        let name = String(decoding: self.bytes[start..<self.position], as: UTF8.self).lowercased()
        self.skip(while: \.isHTMLWhitespace)
        guard self.peek() == UInt8(ascii: "=") else { return (name, "") }
        self.position += 1
        self.skip(while: \.isHTMLWhitespace)

        if let quote = self.peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let valueStart = self.position + 1
            self.position = valueStart
            self.skip { $0 != quote }
            defer { self.position = Swift.min(self.position + 1, self.bytes.count) }
            return (name, CharacterReferences.decoded(self.bytes[valueStart..<self.position]))
        }
        let valueStart = self.position
        self.skip { !$0.isHTMLWhitespace && $0 != UInt8(ascii: ">") }
        return (name, CharacterReferences.decoded(self.bytes[valueStart..<self.position]))
    }

    private mutating func name(until ends: (UInt8) -> Bool) -> String {
        let start = self.position
        self.skip { !ends($0) }
        return String(decoding: self.bytes[start..<self.position], as: UTF8.self).lowercased()
    }
}

// MARK: Reading text

extension HTMLTokens {
    /// Reads text up to the next `<`; one that the text itself begins with is part of it.
    private mutating func text() -> Token {
        let start = self.position
        self.position += 1
        self.skip { $0 != UInt8(ascii: "<") }
        return .text(CharacterReferences.decoded(self.bytes[start..<self.position]))
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
        let index = self.position + offset
        return index < self.bytes.count ? self.bytes[index] : nil
    }

    private func starts(with text: String) -> Bool {
        self.bytes[self.position...].starts(with: text.utf8)
    }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while let byte = self.peek(), condition(byte) {
            self.position += 1
        }
    }

    /// Moves behind the next occurrence of a text and returns true, or to the end when there is none.
    @discardableResult
    private mutating func skip(past text: String, from offset: Int) -> Bool {
        self.position = Swift.min(self.position + offset, self.bytes.count)
        while self.position < self.bytes.count {
            guard !self.starts(with: text) else {
                self.position += text.utf8.count
                return true
            }
            self.position += 1
        }
        return false
    }
}

extension UInt8 {
    fileprivate var isASCIILetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }

    /// Tab, line feed, form feed, carriage return and blank.
    fileprivate var isHTMLWhitespace: Bool {
        switch self {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x20: true
        default: false
        }
    }

    fileprivate var endsTagName: Bool {
        self.isHTMLWhitespace || self == UInt8(ascii: "/") || self == UInt8(ascii: ">")
    }
}
