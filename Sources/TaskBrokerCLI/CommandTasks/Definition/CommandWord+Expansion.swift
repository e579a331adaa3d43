package import CeleryProtocol

/// What the placeholders of a command line are filled with.
package struct CommandCall: Sendable {
    /// The task's id.
    package var id: String
    /// The task's name.
    package var task: String
    /// How often it was retried.
    package var retries: Int
    /// The queue that it came from.
    package var queue: String
    /// The positional arguments.
    package var args: [JSONValue]
    /// The keyword arguments.
    package var kwargs: [String: JSONValue]

    package init(
        id: String,
        task: String,
        retries: Int = 0,
        queue: String = "",
        args: [JSONValue] = [],
        kwargs: [String: JSONValue] = [:]
    ) {
        self.id = id
        self.task = task
        self.retries = retries
        self.queue = queue
        self.args = args
        self.kwargs = kwargs
    }
}

/// An argument that cannot be a word of a command line: the caller's mistake, which no retry mends.
package struct CommandArgumentError: Error, Hashable {
    /// What is wrong.
    package let message: String
}

extension [CommandWord] {
    /// The command line for a call, the program's name first.
    package func expanded(for call: CommandCall) throws(CommandArgumentError) -> [String] {
        var words: [String] = []
        for word in self {
            switch word {
            case .literal(let text): words.append(text)
            case .placeholder(let placeholder): words += try placeholder.words(for: call)
            }
        }
        return words
    }
}

extension CommandWord.Placeholder {
    fileprivate func words(for call: CommandCall) throws(CommandArgumentError) -> [String] {
        switch self.source {
        case .id: return [try self.checked(call.id, "the task's id")]
        case .task: return [try self.checked(call.task, "the task's name")]
        case .queue: return [try self.checked(call.queue, "the queue's name")]
        case .retries: return ["\(call.retries)"]
        case .keyword(let name): return [try self.word(call.kwargs[name], "keyword argument '\(name)'")]
        case .argument(let index):
            let value = call.args.indices.contains(index) ? call.args[index] : nil
            return [try self.word(value, "argument \(index)")]
        case .everyArgument:
            var words: [String] = []
            for (index, value) in call.args.enumerated() { words.append(try self.word(value, "argument \(index)")) }
            return words
        }
    }

    private func word(_ value: JSONValue?, _ name: String) throws(CommandArgumentError) -> String {
        guard let value, !value.isNull else {
            // What the file itself says is not checked: its author may want an option.
            guard let standard else { throw CommandArgumentError(message: "\(name) is missing") }
            return standard
        }
        switch value {
        case .string(let text): return try self.checked(text, name)
        case .array, .object:
            throw CommandArgumentError(
                message: "\(name) is no single word but an array or an object, which is read from standard input"
            )
        default: return try self.checked(value.description, name)
        }
    }

    private func checked(_ text: String, _ name: String) throws(CommandArgumentError) -> String {
        if text.utf8.contains(0) {
            throw CommandArgumentError(message: "\(name) holds a NUL, which no command line can")
        }
        if text.hasPrefix("-") && !self.allowsDash {
            throw CommandArgumentError(message: "\(name) begins with '-' and could be taken for an option")
        }
        return text
    }
}
