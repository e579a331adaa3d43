import CeleryProtocol

/// Makes what was sent at different times comparable: ids are numbered in the order in which they occur.
struct CanvasText {
    private var numbers: [Substring: String] = [:]

    /// A value with numbers for ids, and without what differs between processes.
    mutating func canonical(_ value: JSONValue) throws -> JSONValue {
        let text = Self.withoutLocal(value).description
        let renamed = text.replacing(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\bid[0-9]+/) { match in
            let number = self.numbers[match.output] ?? "number\(self.numbers.count)"
            self.numbers[match.output] = number
            return number
        }
        return try JSONValue(parsing: renamed)
    }

    /// Signatures without the options that are not set or mean nothing in another process.
    static func withoutLocal(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements):
            return .array(elements.map { self.withoutLocal($0) })
        case .object(var members):
            if members["task"] != nil, case .object(let options)? = members["options"] {
                members["options"] = .object(
                    options.filter { !$0.value.isNull && $0.key != "reply_to" && $0.key != "add_to_parent" }
                )
            }
            return .object(members.mapValues { self.withoutLocal($0) })
        default:
            return value
        }
    }
}
