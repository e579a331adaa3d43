/// Which variables a command gets: those that the file names, and a few that nearly every program needs.
///
/// Nothing else of the worker's own environment, where the passwords of brokers and databases are (reliability X19, X22).
struct CommandVariables: Sendable {
    private let variables: [String: String]

    /// - Parameter variables: The environment of the worker.
    init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// What every command inherits, besides a `PATH` of the file's own.
    private static let inherited = ["HOME", "LANG", "TMPDIR"]

    /// Our own and Celery's ways to the broker: no command gets these from its worker.
    private static let refused: Set<String> = ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"]
    private static let refusedPrefix = "TASKBROKER_"
    private static let refusedSchemes = [
        "redis:", "rediss:", "redis+socket:", "unix:", "sentinel:", "valkey:", "valkeys:",
    ]
}

extension CommandVariables {
    /// What every command gets.
    func standard(path: [String]) -> [String: String] {
        var result = ["PATH": path.joined(separator: ":")]
        for name in Self.inherited { result[name] = self.variables[name] }
        return result
    }

    /// Reads `inherit`: names of variables of the worker.
    ///
    /// One that the worker does not have stays unset.
    func inherit(_ field: YAMLField, into environment: inout [String: String]) throws(TaskFileError.Mistake) {
        for element in try field.elements {
            let name = try self.name(element)
            if Self.refused.contains(name) || name.hasPrefix(Self.refusedPrefix) || self.isBroker(name) {
                throw element.mistake(
                    "'\(name)' tells the way to the broker, which a command must not know",
                    advice: "If the program needs a Redis of its own, write that variable into 'environment'."
                )
            }
            environment[name] = self.variables[name] ?? environment[name]
        }
    }

    /// Reads `environment`: names and values.
    func set(_ field: YAMLField, in environment: inout [String: String]) throws(TaskFileError.Mistake) {
        for (key, value) in try field.members {
            let name = try self.name(key)
            let text = try value.text
            if text.utf8.contains(0) { throw value.mistake("the value holds a NUL, which no variable can") }
            environment[name] = text
        }
    }

    private func isBroker(_ name: String) -> Bool {
        guard let value = self.variables[name]?.lowercased() else { return false }
        return Self.refusedSchemes.contains { value.hasPrefix($0) }
    }

    private func name(_ field: YAMLField) throws(TaskFileError.Mistake) -> String {
        let name = try field.text
        let isName = name.utf8.allSatisfy { $0 != UInt8(ascii: "=") && $0 > 0x20 && $0 < 0x7F }
        guard isName, !name.isEmpty else {
            throw field.mistake("'\(name)' is no name of a variable", advice: "Use letters, digits and underscores.")
        }
        return name
    }
}
