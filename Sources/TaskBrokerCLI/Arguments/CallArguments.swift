package import CeleryProtocol
package import TaskBroker

extension TaskArguments {
    /// Reads the words after a task's name.
    ///
    /// `key=value` with an identifier before the `=` is a keyword argument, everything else a positional one. A value is JSON if
    /// it can be read as JSON, else a string: `2`, `true`, `[1,2]` and `"2"` are what they look like, `hello` needs no quotes.
    ///
    /// - Throws: ``CommandError`` for a keyword that is given twice, and for an option that does not exist.
    package init(words: [String]) throws(CommandError) {
        self.init()
        for word in words {
            guard let (name, value) = Self.keyword(in: word) else {
                self.positional.append(try Self.value(of: word))
                continue
            }
            guard self.keyword.updateValue(try Self.value(of: value), forKey: name) == nil else {
                throw CommandError(.usage, "The keyword argument '\(name)' is given twice.")
            }
        }
    }

    /// Adds the arguments of `--args` and `--kwargs`.
    package mutating func add(positional: JSONValue?, keyword: JSONValue?) throws(CommandError) {
        if let positional {
            guard case .array(let values) = positional else {
                throw CommandError(.usage, "--args has to be a JSON array, such as '[2, 2]'.")
            }
            self.positional = values + self.positional
        }
        if let keyword {
            guard case .object(let members) = keyword else {
                throw CommandError(.usage, "--kwargs has to be a JSON object, such as '{\"x\": 2}'.")
            }
            self.keyword.merge(members) { own, _ in own }
        }
    }
}

extension TaskArguments {
    private static func keyword(in word: String) -> (name: String, value: String)? {
        guard let separator = word.firstIndex(of: "=") else { return nil }
        let name = word[..<separator]
        guard let first = name.first, first == "_" || first.isLetter else { return nil }
        guard name.allSatisfy({ $0 == "_" || $0.isLetter || $0.isNumber }) else { return nil }
        return (String(name), String(word[word.index(after: separator)...]))
    }

    private static func value(of word: String) throws(CommandError) -> JSONValue {
        if let value = try? JSONValue(parsing: word) { return value }
        // Negative numbers are arguments; what else begins like an option is most likely a misspelt one.
        if word.hasPrefix("-") && word.count > 1 && word != "--" {
            throw CommandError(
                .usage,
                "Unknown option '\(word)'.",
                advice: "To send it as text, give it as JSON: '\"\(word)\"'."
            )
        }
        return .string(word)
    }
}
