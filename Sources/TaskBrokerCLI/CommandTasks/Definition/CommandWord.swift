/// One word of a command line as a task file writes it: literal text, or a placeholder for a whole word.
///
/// A placeholder stands in braces: `{args[0]}`, `{kwargs.width}`, `{args[*]}` for every positional argument as a word of its own,
/// `{id}`, `{task}`, `{retries}`, `{queue}`. `{kwargs.width=800}` is 800 where the call leaves it out; `{kwargs.offset:dash}` may
/// begin with `-`. A literal word that looks like a placeholder doubles its first brace: `{{id}`.
///
/// There is no shell, and a value is always one word: `; rm -rf /` is a file name with a semicolon (reliability X19).
package enum CommandWord: Hashable, Sendable {
    /// The same for every call.
    case literal(String)
    /// Taken from the call.
    case placeholder(Placeholder)

    /// What stands in braces.
    package struct Placeholder: Hashable, Sendable {
        /// Where the value comes from.
        package var source: Source
        /// What stands for a value that the call leaves out.
        package var standard: String?
        /// Whether the word may begin with `-`, and so look like an option of the program.
        package var allowsDash: Bool
    }

    /// Where the value of a placeholder comes from.
    package enum Source: Hashable, Sendable {
        case argument(Int)
        case everyArgument
        case keyword(String)
        case id
        case task
        case retries
        case queue
    }
}

/// What is wrong with a word of a template.
package struct CommandWordError: Error, Hashable {
    /// What is wrong.
    package let message: String
    /// How to write it instead.
    package let advice: String
}

extension CommandWord {
    /// Reads a word.
    package init(parsing text: String) throws(CommandWordError) {
        if text.utf8.contains(0) {
            throw CommandWordError(message: "holds a NUL, which no command line can", advice: "Leave it out.")
        }
        if text.hasPrefix("{{") {
            self = .literal(String(text.dropFirst()))
        } else if text.hasPrefix("{"), text.hasSuffix("}"), let placeholder = try Self.placeholder(text) {
            self = .placeholder(placeholder)
        } else if let part = Self.embeddedPlaceholder(in: text) {
            throw CommandWordError(
                message: "'\(text)' has a placeholder inside of a word",
                advice: "A placeholder is a whole word: write '\(part)' as a word of its own."
            )
        } else {
            self = .literal(text)
        }
    }

    /// - Returns: `nil` for text in braces that means something else, such as a program for `awk`.
    private static func placeholder(_ text: String) throws(CommandWordError) -> Placeholder? {
        var rest = text.dropFirst().dropLast()
        var standard: String?
        if let sign = rest.firstIndex(of: "=") {
            standard = String(rest[rest.index(after: sign)...])
            rest = rest[..<sign]
        }
        let allowsDash = rest.hasSuffix(":dash")
        if allowsDash { rest = rest.dropLast(5) }
        guard let source = Self.source(rest) else {
            if Self.roots.contains(where: { rest == $0 || rest.hasPrefix($0 + "[") || rest.hasPrefix($0 + ".") }) {
                throw CommandWordError(message: "'\(text)' is no placeholder", advice: Self.grammar)
            }
            return nil
        }
        return Placeholder(source: source, standard: standard, allowsDash: allowsDash)
    }

    private static func source(_ text: Substring) -> Source? {
        switch text {
        case "id": return .id
        case "task": return .task
        case "retries": return .retries
        case "queue": return .queue
        case "args[*]": return .everyArgument
        case _ where text.hasPrefix("args[") && text.hasSuffix("]"):
            let number = text.dropFirst(5).dropLast()
            guard number.count <= 4, number.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
            return Int(number).map(Source.argument)
        case _ where text.hasPrefix("kwargs.") && text.count > 7:
            let name = text.dropFirst(7)
            return name.contains { "{}:=".contains($0) } ? nil : .keyword(String(name))
        default: return nil
        }
    }

    /// The first placeholder that is only a part of a word.
    private static func embeddedPlaceholder(in text: String) -> String? {
        var rest = text[...]
        while let start = rest.firstIndex(of: "{") {
            rest = rest[start...]
            guard let end = rest.firstIndex(of: "}") else { return nil }
            let part = String(rest[...end])
            if (try? Self.placeholder(part)) != nil { return part }
            rest = rest.dropFirst()
        }
        return nil
    }

    private static let roots = ["args", "kwargs"]
    private static let grammar =
        "There are {args[0]}, {args[*]}, {kwargs.NAME}, {id}, {task}, {retries} and {queue}; with =DEFAULT, or :dash."
}

extension CommandWord: CustomStringConvertible {
    /// The word as a task file writes it.
    package var description: String {
        switch self {
        case .literal(let text): text.hasPrefix("{") && (try? Self(parsing: text)) != self ? "{" + text : text
        case .placeholder(let placeholder): placeholder.description
        }
    }
}

extension CommandWord.Placeholder: CustomStringConvertible {
    /// The placeholder as a task file writes it.
    package var description: String {
        let name =
            switch self.source {
            case .argument(let index): "args[\(index)]"
            case .everyArgument: "args[*]"
            case .keyword(let name): "kwargs.\(name)"
            case .id: "id"
            case .task: "task"
            case .retries: "retries"
            case .queue: "queue"
            }
        return "{" + name + (self.allowsDash ? ":dash" : "") + (self.standard.map { "=\($0)" } ?? "") + "}"
    }
}
