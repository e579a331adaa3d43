import ArgumentParser

/// Puts the words of a command line into the order that ArgumentParser wants.
///
/// Celery's global options stand before the command (`celery -b redis://… worker`), ArgumentParser's belong to the command; so
/// those that lead are moved behind it. And a command that does not exist is answered with the one that may have been meant.
struct CommandLineOrder {
    private let root: any ParsableCommand.Type

    /// The global options, by whether a value follows.
    private static let flags: Set<String> = [
        "-j", "--json", "-q", "--quiet", "-C", "--no-color", "-y", "--yes", "-v", "--verbose",
    ]
    private static let options: Set<String> = [
        "-b", "--broker", "--backend", "--result-backend", "--timeout", "-A", "--app", "--workdir",
    ]

    init(_ root: any ParsableCommand.Type) {
        self.root = root
    }

    /// The words in the new order.
    func arranged(_ words: [String]) throws(CommandError) -> [String] {
        let (leading, rest) = Self.leadingOptions(of: words)
        guard let first = rest.first, !first.hasPrefix("-") else { return leading + rest }
        let path = try self.path(rest)
        if path.isEmpty || leading.isEmpty { return leading + rest }
        return path + leading + rest.dropFirst(path.count)
    }

    private static func leadingOptions(of words: [String]) -> (leading: [String], rest: [String]) {
        var index = 0
        while index < words.count {
            let word = words[index]
            let name = String(word.prefix { $0 != "=" })
            if self.flags.contains(word) || (self.options.contains(name) && name != word) {
                index += 1
            } else if self.options.contains(word), index + 1 < words.count {
                index += 2
            } else {
                break
            }
        }
        return (Array(words[..<index]), Array(words[index...]))
    }

    /// The words at the beginning that name a command and its subcommands.
    private func path(_ words: [String]) throws(CommandError) -> [String] {
        var path: [String] = []
        var command = self.root
        for word in words {
            let subcommands = command.configuration.subcommands
            if subcommands.isEmpty { break }
            if let next = subcommands.first(where: { $0.names.contains(word) }) {
                path.append(word)
                command = next
            } else if word.hasPrefix("-") || word == "help" {
                break
            } else {
                throw Self.unknown(word, after: path, in: subcommands.flatMap { $0.names })
            }
        }
        return path
    }

    private static func unknown(_ word: String, after path: [String], in names: [String]) -> CommandError {
        let command = (path + [word]).joined(separator: " ")
        let advice =
            if let nearest = Suggestion.nearest(to: word, in: names) {
                "Did you mean '\((path + [nearest]).joined(separator: " "))'?"
            } else {
                "There are: \(names.joined(separator: ", "))."
            }
        return CommandError(.usage, "There is no command '\(command)'.", advice: advice)
    }
}

extension ParsableCommand {
    /// What the command may be called.
    fileprivate static var names: [String] { [self._commandName] + self.configuration.aliases }
}
