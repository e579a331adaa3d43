import CeleryProtocol

extension CallLine {
    /// The members of a line's object, with their types checked.
    struct Fields {
        private let members: [String: JSONValue]

        private static let names: Set<String> = [
            "task", "args", "kwargs", "queue", "exchange", "routing_key", "countdown", "eta", "expires", "priority",
            "id",
            "unique",
        ]

        init(_ members: [String: JSONValue]) {
            self.members = members
        }

        /// A misspelt member would silently send something else than was meant.
        func refuseUnknown() throws(CommandError) {
            guard let name = self.members.keys.filter({ !Self.names.contains($0) }).min() else { return }
            let suggestion = Suggestion.nearest(to: name, in: Self.names).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandError(.rejected, "unknown member '\(name)'\(suggestion)")
        }

        func text(_ name: String) throws(CommandError) -> String? {
            try self.value(name, "a string") { $0.stringValue }
        }

        func array(_ name: String) throws(CommandError) -> [JSONValue] {
            try self.value(name, "an array") { $0.arrayValue } ?? []
        }

        func object(_ name: String) throws(CommandError) -> [String: JSONValue] {
            try self.value(name, "an object") { $0.objectValue } ?? [:]
        }

        func priority(_ name: String) throws(CommandError) -> Int? {
            try self.value(name, "a number from 0 to 9") { value in
                value.integerValue.flatMap { 0...9 ~= $0 ? Int($0) : nil }
            }
        }

        func seconds(_ name: String) throws(CommandError) -> Duration? {
            try self.value(name, "seconds, or a text such as \"5m\"", Self.duration)
        }

        func moment(_ name: String) throws(CommandError) -> Timestamp? {
            try self.value(name, "a time in ISO 8601") { $0.stringValue.flatMap { Timestamp(iso8601: $0) } }
        }

        func deadline(_ name: String) throws(CommandError) -> Deadline? {
            try self.value(name, "seconds, a text such as \"5m\", or a time in ISO 8601") { value in
                Self.duration(value).map(Deadline.after) ?? value.stringValue.flatMap(Deadline.init(argument:))
            }
        }

        private static func duration(_ value: JSONValue) -> Duration? {
            // A number goes through the same checks as one on the command line: sign and size.
            let text = value.stringValue ?? (value.doubleValue.map { _ in value.description })
            return text.flatMap { TimeSpan($0) }?.duration
        }

        /// The member's value; `nil` if it is absent or `null`.
        private func value<Value>(
            _ name: String,
            _ expectation: String,
            _ read: (JSONValue) -> Value?
        ) throws(CommandError) -> Value? {
            guard let member = self.members[name], !member.isNull else { return nil }
            guard let value = read(member) else {
                throw CommandError(.rejected, "the member '\(name)' has to be \(expectation)")
            }
            return value
        }
    }
}
