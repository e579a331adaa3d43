/// The pattern of a topic binding, in the form that kombu keeps in Redis: a regular expression for Python.
///
/// `media.image.#` becomes `^media\.image\..*?$`. The dot before `#` belongs to the pattern, so `media.image` alone
/// does not match: kombu differs from RabbitMQ here.
///
/// No regular expression is ever executed. A pattern from Redis, which any process may have written, is read back
/// into the shape that kombu's `TopicExchange.key_to_pattern` generates and matched as a ``WildcardPattern``.
package struct TopicPattern: Hashable, Sendable {
    /// The regular expression.
    package let text: String
    private let wildcards: WildcardPattern?

    /// Takes a pattern found in Redis; see ``isUnderstood``.
    package init(text: String) {
        self.text = text
        self.wildcards = Self.read(text)
    }

    /// Creates the pattern that kombu would write for a binding key.
    package init(bindingKey: String) {
        self.init(text: Self.write(bindingKey))
    }
}

extension TopicPattern {
    /// Whether the text has the shape that kombu generates.
    ///
    /// Other patterns match nothing.
    package var isUnderstood: Bool { self.wildcards != nil }

    /// Whether a routing key matches, as `re.match` of Python decides.
    ///
    /// Python's special treatment of line ends is left out; ``WireName`` admits none in a routing key.
    package func matches(_ routingKey: String) -> Bool {
        self.wildcards?.matches(routingKey) ?? false
    }

    /// Whether a `*` shares a word with other characters, as in `image*`.
    ///
    /// Kombu passes such a star on to Python, where it repeats the character before it. At the beginning of a key, or
    /// after another star, it even makes every Python producer fail that looks up the exchange.
    package static func hasWildcardInsideWord(_ bindingKey: String) -> Bool {
        bindingKey.unicodeScalars.split(separator: ".").contains { $0.count > 1 && $0.contains("*") }
    }
}

// MARK: Write

extension TopicPattern {
    private static let word = #"[^\.]+"#
    private static let anything = ".*?"

    private static func write(_ bindingKey: String) -> String {
        let words = bindingKey.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false).map { word in
            switch String(word) {
            case "*": self.word
            case "#": self.anything
            default: self.escape(word)
            }
        }
        return "^" + words.joined(separator: #"\."#) + "$"
    }

    /// Kombu's `escape_regex`, not Python's `re.escape`: a backslash before all that is neither letter nor digit.
    private static func escape(_ word: Substring.UnicodeScalarView) -> String {
        var text = ""
        for character in word {
            if character == "\0" {
                text += #"\000"#
            } else if character.isAlphanumeric || character == "#" || character == "*" {
                text.unicodeScalars.append(character)
            } else {
                text += "\\\(character)"
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Python's `str.isalnum()`.
    fileprivate var isAlphanumeric: Bool {
        if self.isASCII { return self.isASCIIAlphanumeric }
        switch self.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return self.properties.numericType != nil
        }
    }

    fileprivate var isASCIIAlphanumeric: Bool {
        switch self {
        case "0"..."9", "A"..."Z", "a"..."z": true
        default: false
        }
    }
}

// MARK: Read

extension TopicPattern {
    private static func read(_ text: String) -> WildcardPattern? {
        var rest = text.unicodeScalars[...]
        guard rest.popFirst() == "^", rest.popLast() == "$" else { return nil }
        var wildcards = WildcardPattern()
        while !rest.isEmpty {
            if self.skip(self.word, in: &rest) {
                let characters = WildcardPattern.Characters.outside(["."..."."])
                wildcards.steps += [.one(characters), .many(characters)]
            } else if self.skip(self.anything, in: &rest) {
                wildcards.steps.append(.many(.any))
            } else if let character = self.readLiteral(&rest) {
                wildcards.steps.append(self.skip("*", in: &rest) ? .many(.scalar(character)) : .one(.scalar(character)))
            } else {
                return nil
            }
        }
        return wildcards
    }

    private static func skip(_ token: String, in rest: inout Substring.UnicodeScalarView) -> Bool {
        guard rest.starts(with: token.unicodeScalars) else { return false }
        rest.removeFirst(token.unicodeScalars.count)
        return true
    }

    /// Reads a character that stands for itself, or one that a backslash makes so.
    private static func readLiteral(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
        if self.skip(#"\000"#, in: &rest) { return "\0" }
        if self.skip(#"\"#, in: &rest) {
            // In front of a letter or digit of ASCII, a backslash gives it a meaning instead.
            return rest.popFirst().flatMap { $0.isASCIIAlphanumeric ? nil : $0 }
        }
        return rest.popFirst().flatMap { "\\^$.|?*+()[]{}".unicodeScalars.contains($0) ? nil : $0 }
    }
}
