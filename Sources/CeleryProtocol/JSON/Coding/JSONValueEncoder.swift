/// What a Swift value sees of the encoding into a ``JSONValue``.
struct JSONValueEncoder: Encoder {
    let slot: JSONEncodingSlot
    let path: CodingPath
    let depth: Int

    var codingPath: [any CodingKey] {
        self.path.keys
    }

    var userInfo: [CodingUserInfoKey: Any] {
        [:]
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONKeyedEncoding(object: self.slot.object(), path: self.path, depth: self.depth))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONUnkeyedEncoding(array: self.slot.array(), path: self.path, depth: self.depth)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONSingleValueEncoding(slot: self.slot, path: self.path, depth: self.depth)
    }
}

/// Encodes a value in place of a container.
///
/// The one generic method stands for those of all primitive types too.
private struct JSONSingleValueEncoding: SingleValueEncodingContainer {
    let slot: JSONEncodingSlot
    let path: CodingPath
    let depth: Int

    var codingPath: [any CodingKey] {
        self.path.keys
    }

    func encodeNil() {
        self.slot.set(.null)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        self.slot.set(try JSONEncodingStep(path: self.path, depth: self.depth).encode(value))
    }
}

/// Encodes elements of an array.
private struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    let array: JSONEncodingArray
    let path: CodingPath
    let depth: Int

    var codingPath: [any CodingKey] {
        self.path.keys
    }

    var count: Int {
        self.array.count
    }

    func encodeNil() {
        self.array.append(.null)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        let step = JSONEncodingStep(path: self.path.appending(index: self.count), depth: self.depth)
        self.array.append(try step.encode(value))
    }

    func nestedContainer<Key: CodingKey>(keyedBy keyType: Key.Type) -> KeyedEncodingContainer<Key> {
        self.nestedEncoder().container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        self.nestedEncoder().unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        self.nestedEncoder()
    }

    private func nestedEncoder() -> JSONValueEncoder {
        let path = self.path.appending(index: self.count)
        return JSONValueEncoder(slot: self.array.appendSlot(), path: path, depth: self.depth + 1)
    }
}

/// Encodes members of an object.
private struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let object: JSONEncodingObject
    let path: CodingPath
    let depth: Int

    var codingPath: [any CodingKey] {
        self.path.keys
    }

    func encodeNil(forKey key: Key) {
        self.object.set(.null, for: key.stringValue)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        let step = JSONEncodingStep(path: self.path.appending(key), depth: self.depth)
        self.object.set(try step.encode(value), for: key.stringValue)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        self.nestedEncoder(for: key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        self.nestedEncoder(for: key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        self.nestedEncoder(for: SuperKey())
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        self.nestedEncoder(for: key)
    }

    private func nestedEncoder(for key: any CodingKey) -> JSONValueEncoder {
        let slot = self.object.slot(for: key.stringValue)
        return JSONValueEncoder(slot: slot, path: self.path.appending(key), depth: self.depth + 1)
    }
}
