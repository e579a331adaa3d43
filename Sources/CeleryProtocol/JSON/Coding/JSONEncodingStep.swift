#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The encoding of one value: directly if its type has a form of its own, else by its `encode(to:)`.
struct JSONEncodingStep {
    let path: CodingPath
    let depth: Int

    func encode<Value: Encodable>(_ value: Value) throws -> JSONValue {
        if let json = Self.encodePlain(value) ?? Self.encodeTagged(value) {
            return json
        }
        guard self.depth < JSONValue.maximumCodingDepth else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(
                    codingPath: self.path.keys,
                    debugDescription: "Nested more than \(JSONValue.maximumCodingDepth) levels deep."
                )
            )
        }
        let slot = JSONEncodingSlot()
        try value.encode(to: JSONValueEncoder(slot: slot, path: self.path, depth: self.depth + 1))
        return slot.finish()
    }

    /// The step for a part of the value.
    func child(_ key: any CodingKey) -> JSONEncodingStep {
        JSONEncodingStep(path: self.path.appending(key), depth: self.depth)
    }

    /// Encodes types that JSON has, without a detour through their `encode(to:)`.
    ///
    /// Comparing metatypes is cheap; the cast is only made when it will succeed.
    private static func encodePlain<Value: Encodable>(_ value: Value) -> JSONValue? {
        let type = Value.self
        if type == Int.self { return (value as? Int).map { .integer(Int64($0)) } }
        if type == String.self { return (value as? String).map { .string($0) } }
        if type == Double.self { return (value as? Double).map { .double($0) } }
        if type == Bool.self { return (value as? Bool).map { .bool($0) } }
        if type == JSONValue.self { return value as? JSONValue }
        if type == Float.self { return (value as? Float).map { JSONValue(shortest: $0) } }
        if type == [JSONValue].self { return (value as? [JSONValue]).map { .array($0) } }
        if type == [String: JSONValue].self { return (value as? [String: JSONValue]).map { .object($0) } }
        if type == [Int].self { return (value as? [Int]).map { .array($0.map { .integer(Int64($0)) }) } }
        if type == [String].self { return (value as? [String]).map { .array($0.map { .string($0) }) } }
        if type == [Double].self { return (value as? [Double]).map { .array($0.map { .double($0) }) } }
        return self.encodeInteger(value)
    }

    private static func encodeInteger<Value: Encodable>(_ value: Value) -> JSONValue? {
        let type = Value.self
        if type == Int64.self { return (value as? Int64).map { .integer($0) } }
        if type == Int32.self { return (value as? Int32).map { .integer(Int64($0)) } }
        if type == Int16.self { return (value as? Int16).map { .integer(Int64($0)) } }
        if type == Int8.self { return (value as? Int8).map { .integer(Int64($0)) } }
        if type == UInt.self { return (value as? UInt).map { JSONValue(exactly: $0) } }
        if type == UInt64.self { return (value as? UInt64).map { JSONValue(exactly: $0) } }
        if type == UInt32.self { return (value as? UInt32).map { .integer(Int64($0)) } }
        if type == UInt16.self { return (value as? UInt16).map { .integer(Int64($0)) } }
        if type == UInt8.self { return (value as? UInt8).map { .integer(Int64($0)) } }
        return nil
    }

    private static func encodeTagged<Value: Encodable>(_ value: Value) -> JSONValue? {
        let type = Value.self
        if type == Date.self { return (value as? Date).map { TaggedValue.encode(Timestamp($0)) } }
        if type == Timestamp.self { return (value as? Timestamp).map { TaggedValue.encode($0) } }
        if type == UUID.self { return (value as? UUID).map { TaggedValue.encode($0) } }
        if type == Data.self { return (value as? Data).map { TaggedValue.encode($0) } }
        if type == Decimal.self { return (value as? Decimal).map { TaggedValue.encode($0) } }
        if type == URL.self { return (value as? URL).map { .string($0.absoluteString) } }
        return nil
    }
}

extension JSONValue {
    fileprivate init(exactly number: some FixedWidthInteger) {
        self = Int64(exactly: number).map { .integer($0) } ?? .bigInteger(String(number))
    }

    /// The double with the same shortest digits: `0.1` stays `0.1` and does not become `0.10000000149011612`.
    fileprivate init(shortest number: Float) {
        self = .double(Double(number.description) ?? Double(number))
    }
}
