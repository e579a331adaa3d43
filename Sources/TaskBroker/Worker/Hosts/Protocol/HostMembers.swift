import CeleryProtocol

/// The members of a JSON object in a frame, by the names of ``HostField``.
struct HostMembers: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// The members by their names on the wire; those of unknown names are kept, and mean nothing.
    var values: [String: JSONValue]

    init(_ values: [String: JSONValue]) {
        self.values = values
    }

    init(dictionaryLiteral elements: (HostField, JSONValue)...) {
        self.values = Dictionary(minimumCapacity: elements.count)
        for (field, value) in elements { self[field] = value }
    }
}

extension HostMembers {
    subscript(field: HostField) -> JSONValue? {
        get { self.values[field.rawValue] }
        set { self.values[field.rawValue] = newValue }
    }
}

// MARK: As a value

extension JSONValue {
    /// An object with these members.
    init(_ members: HostMembers) {
        self = .object(members.values)
    }

    /// A member of an object.
    subscript(field: HostField) -> JSONValue? { self[field.rawValue] }

    /// A number of seconds.
    func duration(_ field: HostField) -> Duration? {
        self[field]?.doubleValue.map { Duration(inSeconds: $0) }
    }

    /// A duration in seconds; `null` for ever.
    static func seconds(_ duration: Duration?) -> JSONValue { duration.map { .double($0.inSeconds) } ?? .null }
}
