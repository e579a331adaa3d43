/// What a Swift value sees of the decoding from a ``JSONValue``.
struct JSONValueDecoder: Decoder {
    let step: JSONDecodingStep

    var codingPath: [any CodingKey] {
        self.step.path.keys
    }

    var userInfo: [CodingUserInfoKey: Any] {
        [:]
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(JSONKeyedDecoding(step: self.step, members: try self.step.members()))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        JSONUnkeyedDecoding(step: self.step, elements: try self.step.elements())
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        JSONSingleValueDecoding(step: self.step)
    }
}

/// Decodes a value in place of a container.
///
/// The one generic method stands for those of all primitive types too.
private struct JSONSingleValueDecoding: SingleValueDecodingContainer {
    let step: JSONDecodingStep

    var codingPath: [any CodingKey] {
        self.step.path.keys
    }

    func decodeNil() -> Bool {
        self.step.value.isNull
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // A level of wrapping, so that a type that decodes itself through its own container cannot recurse for ever.
        try JSONDecodingStep(value: self.step.value, path: self.step.path, depth: self.step.depth + 1).decode(type)
    }
}

/// Decodes elements of an array.
private struct JSONUnkeyedDecoding: UnkeyedDecodingContainer {
    let step: JSONDecodingStep
    let elements: [JSONValue]
    private(set) var currentIndex = 0

    init(step: JSONDecodingStep, elements: [JSONValue]) {
        self.step = step
        self.elements = elements
    }

    var codingPath: [any CodingKey] {
        self.step.path.keys
    }

    var count: Int? {
        self.elements.count
    }

    var isAtEnd: Bool {
        self.currentIndex >= self.elements.count
    }

    mutating func decodeNil() throws -> Bool {
        guard try self.next(JSONValue.self).value.isNull else { return false }
        self.currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try self.next(type).decode(type)
        self.currentIndex += 1
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let container = try JSONValueDecoder(step: self.next(JSONValue.self)).container(keyedBy: type)
        self.currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try JSONValueDecoder(step: self.next(JSONValue.self)).unkeyedContainer()
        self.currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = JSONValueDecoder(step: try self.next(JSONValue.self))
        self.currentIndex += 1
        return decoder
    }

    private func next(_ type: Any.Type) throws -> JSONDecodingStep {
        guard !self.isAtEnd else {
            let context = DecodingError.Context(
                codingPath: self.step.path.appending(index: self.currentIndex).keys,
                debugDescription: "The array has only \(self.elements.count) elements."
            )
            throw DecodingError.valueNotFound(type, context)
        }
        return self.step.child(self.elements[self.currentIndex], at: IndexKey(self.currentIndex))
    }
}

/// Decodes members of an object.
private struct JSONKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let step: JSONDecodingStep
    let members: [String: JSONValue]

    var codingPath: [any CodingKey] {
        self.step.path.keys
    }

    var allKeys: [Key] {
        self.members.keys.compactMap { Key(stringValue: $0) }
    }

    func contains(_ key: Key) -> Bool {
        self.members[key.stringValue] != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        try self.member(key).value.isNull
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try self.member(key).decode(type)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try JSONValueDecoder(step: self.member(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONValueDecoder(step: self.member(key)).unkeyedContainer()
    }

    func superDecoder() -> any Decoder {
        let key = SuperKey()
        return JSONValueDecoder(step: self.step.child(self.members[key.stringValue] ?? .null, at: key))
    }

    func superDecoder(forKey key: Key) -> any Decoder {
        JSONValueDecoder(step: self.step.child(self.members[key.stringValue] ?? .null, at: key))
    }

    private func member(_ key: Key) throws -> JSONDecodingStep {
        guard let value = self.members[key.stringValue] else {
            let context = DecodingError.Context(
                codingPath: self.step.path.keys,
                debugDescription: "There is no member '\(key.stringValue)'."
            )
            throw DecodingError.keyNotFound(key, context)
        }
        return self.step.child(value, at: key)
    }
}
