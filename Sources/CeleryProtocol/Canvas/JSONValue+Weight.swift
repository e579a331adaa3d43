extension JSONValue {
    /// Roughly how many bytes the value has as JSON.
    var weight: Int {
        switch self {
        case .null, .bool, .integer, .double: 8
        case .bigInteger(let digits): digits.utf8.count
        case .string(let text): text.utf8.count &+ 4
        case .array(let elements): elements.reduce(2) { $0 &+ $1.weight }
        case .object(let members): members.reduce(2) { $0 &+ $1.key.utf8.count &+ 6 &+ $1.value.weight }
        }
    }
}
