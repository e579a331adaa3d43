extension JSONValue {
    /// The member of an object, or `nil` if this is no object or has no such member.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// The element of an array, or `nil` if this is no array or the index is out of range.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The text, if this is a string.
    public var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, if this is an integer that fits in 64 bits.
    ///
    /// Floats are not converted, not even `3.0`.
    public var integerValue: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// The number, if this is a float or an integer; integers beyond 2^53 are rounded.
    public var doubleValue: Double? {
        switch self {
        case .double(let number): number
        case .integer(let number): Double(number)
        case .bigInteger(let digits): Double(digits)
        default: nil
        }
    }

    /// The truth value, if this is a boolean.
    public var boolValue: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The elements, if this is an array.
    public var arrayValue: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, if this is an object.
    public var objectValue: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }
}

extension [String: JSONValue] {
    /// The members in the order of their names; most objects of a message are empty, and cost nothing.
    var sortedByName: [Element] { self.isEmpty ? [] : self.sorted { $0.key < $1.key } }
}
