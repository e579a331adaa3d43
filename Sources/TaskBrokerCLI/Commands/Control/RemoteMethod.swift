import CeleryProtocol

/// A command that workers understand: how it is written on a command line, and what it means.
struct RemoteMethod: Sendable, Hashable {
    /// Which of the two commands it belongs to, as in Celery.
    enum Kind: String, Sendable {
        case inspect
        case control
    }

    /// What a word becomes.
    enum Form: Sendable {
        case text
        case integer
        case number
        case flag
    }

    /// A word with a place of its own.
    struct Parameter: Sendable, Hashable {
        /// The name of the argument on the wire.
        let name: ControlArgument
        let form: Form
        let isRequired: Bool

        init(_ name: ControlArgument, _ form: Form, isRequired: Bool = false) {
            self.name = name
            self.form = form
            self.isRequired = isRequired
        }
    }

    /// What becomes of all further words.
    struct Rest: Sendable, Hashable {
        /// The name of the argument on the wire.
        let name: ControlArgument
        /// Whether words like `key=value` become an object; else they are an array.
        let isPairs: Bool
        let isRequired: Bool

        static func list(_ name: ControlArgument, isRequired: Bool = true) -> Self {
            Self(name: name, isPairs: false, isRequired: isRequired)
        }

        static func pairs(_ name: ControlArgument) -> Self { Self(name: name, isPairs: true, isRequired: true) }
    }

    /// The name on the wire.
    let name: String
    let kind: Kind
    /// The arguments as help shows them: `<task> <rate>`.
    var usage = ""
    /// One line.
    let help: String
    var parameters: [Parameter] = []
    var rest: Rest?
    /// What it does that cannot be taken back, to be asked about before: `shut down`.
    var deed: String?
    /// Whether workers answer; Celery's do not to what ends them.
    var isAnswered = true
    /// Other names that Celery knows it by.
    var aliases: [String] = []
}

// MARK: Finding

extension RemoteMethod {
    /// All methods of a kind, sorted by name.
    static func all(_ kind: Kind) -> [RemoteMethod] {
        (kind == .inspect ? self.inspections : self.controls).sorted { $0.name < $1.name }
    }

    /// The method of that name.
    static func named(_ name: String, _ kind: Kind) -> RemoteMethod? {
        self.all(kind).first { $0.name == name || $0.aliases.contains(name) }
    }

    /// The error for a name that is none.
    static func unknown(_ name: String, _ kind: Kind, program: String) -> CommandError {
        let other: Kind = kind == .inspect ? .control : .inspect
        let advice: String
        if self.named(name, other) != nil {
            advice = "It is one of the other kind: \(program) \(other.rawValue) \(name)"
        } else if let nearest = Suggestion.nearest(to: name, in: self.all(kind).map(\.name)) {
            advice = "Did you mean '\(nearest)'? \(program) \(kind.rawValue) --help lists all."
        } else {
            advice = """
                There are:
                \(self.table(kind))
                A command of an application's own is sent with --kwargs: \(program) \(kind.rawValue) NAME --kwargs '{}'
                """
        }
        return CommandError(.usage, "There is no \(kind.rawValue) method '\(name)'.", advice: advice)
    }

    /// The column in which help begins; forms that reach beyond it have it on the next line, as in the parser's own help.
    private static let helpColumn = 28

    /// All methods of a kind with their arguments and what they do.
    static func table(_ kind: Kind) -> String {
        self.all(kind).map { method in
            let form = "  " + [method.name, method.usage].filter { !$0.isEmpty }.joined(separator: " ")
            let margin = String(repeating: " ", count: self.helpColumn)
            guard form.count + 2 <= self.helpColumn else { return "\(form)\n\(margin)\(method.help)" }
            return form + margin.dropFirst(form.count) + method.help
        }
        .joined(separator: "\n")
    }
}

// MARK: Reading arguments

extension RemoteMethod {
    /// The arguments of a request from the words of a command line.
    ///
    /// - Throws: ``CommandError`` with the usage when words are missing, too many, or cannot be read.
    func arguments(_ words: [String]) throws(CommandError) -> [String: JSONValue] {
        var arguments: [String: JSONValue] = [:]
        var words = words[...]
        for parameter in self.parameters {
            guard let word = words.popFirst() else {
                if parameter.isRequired { throw self.misuse("'\(self.name)' needs \(self.usage).") }
                break
            }
            guard let value = parameter.form.value(word) else {
                throw self.misuse("'\(word)' is no \(parameter.form) for \(parameter.name.rawValue).")
            }
            arguments[parameter.name.rawValue] = value
        }
        guard let rest = self.rest else {
            if let word = words.first { throw self.misuse("'\(word)' is one argument too many for '\(self.name)'.") }
            return arguments
        }
        if rest.isRequired && words.isEmpty { throw self.misuse("'\(self.name)' needs \(self.usage).") }
        arguments[rest.name.rawValue] =
            rest.isPairs ? .object(try self.pairs(words)) : .array(words.map(JSONValue.string))
        return arguments
    }

    private func pairs(_ words: ArraySlice<String>) throws(CommandError) -> [String: JSONValue] {
        var pairs: [String: [JSONValue]] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { throw self.misuse("'\(word)' is not KEY=VALUE.") }
            pairs[String(parts[0]), default: []].append(.string(String(parts[1])))
        }
        return pairs.mapValues(JSONValue.array)
    }

    private func misuse(_ message: String) -> CommandError {
        let form = [self.kind.rawValue, self.name, self.usage].filter { !$0.isEmpty }.joined(separator: " ")
        return CommandError(.usage, message, advice: "It is written: \(form)")
    }
}

extension RemoteMethod.Form: CustomStringConvertible {
    /// What a word has to be, for messages.
    var description: String {
        switch self {
        case .text: "text"
        case .integer: "whole number"
        case .number: "number"
        case .flag: "yes or no"
        }
    }

    /// The value of a word; `nil` if it has another form.
    fileprivate func value(_ word: String) -> JSONValue? {
        switch self {
        case .text: .string(word)
        case .integer: Int64(word).map(JSONValue.integer)
        case .number: Double(word).flatMap { $0.isFinite ? .double($0) : nil }
        case .flag:
            switch word.lowercased() {
            case "yes", "true", "on", "1": true
            case "no", "false", "off", "0": false
            default: nil
            }
        }
    }
}
