#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The decoding of one value: directly if its type has a form of its own, else by its `init(from:)`.
struct JSONDecodingStep {
    let value: JSONValue
    let path: CodingPath
    let depth: Int

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let decoded = try self.decodePlain(type) ?? self.decodeTagged(type) {
            return decoded
        }
        guard self.depth < JSONValue.maximumCodingDepth else {
            throw self.corrupted("Nested more than \(JSONValue.maximumCodingDepth) levels deep.")
        }
        return try Value(from: JSONValueDecoder(step: self))
    }

    /// The step for a part of the value.
    func child(_ value: JSONValue, at key: any CodingKey) -> JSONDecodingStep {
        JSONDecodingStep(value: value, path: self.path.appending(key), depth: self.depth + 1)
    }
}

// MARK: Decode types with a form of their own

extension JSONDecodingStep {
    /// Decodes types that JSON has, without a detour through their `init(from:)`.
    ///
    /// Comparing metatypes is cheap; the cast is only made when it will succeed.
    private func decodePlain<Value>(_ type: Value.Type) throws -> Value? {
        if type == Int.self { return try self.integer(Int.self) as? Value }
        if type == String.self { return try self.string() as? Value }
        if type == Double.self { return try self.double() as? Value }
        if type == Bool.self { return try self.bool() as? Value }
        if type == JSONValue.self { return self.value as? Value }
        if type == Float.self { return try Float(self.double()) as? Value }
        if type == [JSONValue].self { return try self.elements() as? Value }
        if type == [String: JSONValue].self { return try self.members() as? Value }
        if type == [Int].self { return try self.list { try $0.integer(Int.self) } as? Value }
        if type == [String].self { return try self.list { try $0.string() } as? Value }
        if type == [Double].self { return try self.list { try $0.double() } as? Value }
        return try self.decodeInteger(type)
    }

    private func decodeInteger<Value>(_ type: Value.Type) throws -> Value? {
        if type == Int64.self { return try self.integer(Int64.self) as? Value }
        if type == Int32.self { return try self.integer(Int32.self) as? Value }
        if type == Int16.self { return try self.integer(Int16.self) as? Value }
        if type == Int8.self { return try self.integer(Int8.self) as? Value }
        if type == UInt.self { return try self.integer(UInt.self) as? Value }
        if type == UInt64.self { return try self.integer(UInt64.self) as? Value }
        if type == UInt32.self { return try self.integer(UInt32.self) as? Value }
        if type == UInt16.self { return try self.integer(UInt16.self) as? Value }
        if type == UInt8.self { return try self.integer(UInt8.self) as? Value }
        return nil
    }

    private func decodeTagged<Value>(_ type: Value.Type) throws -> Value? {
        if type == Date.self { return try self.tagged("a datetime", TaggedValue.timestamp)?.date as? Value }
        if type == Timestamp.self { return try self.tagged("a datetime", TaggedValue.timestamp) as? Value }
        if type == UUID.self { return try self.tagged("a UUID", TaggedValue.uuid) as? Value }
        if type == Data.self { return try self.tagged("bytes", TaggedValue.data) as? Value }
        if type == Decimal.self { return try self.tagged("a decimal number", TaggedValue.decimal) as? Value }
        if type == URL.self {
            return try self.tagged("a URL", { $0.stringValue.flatMap { URL(string: $0) } }) as? Value
        }
        return nil
    }

    private func tagged<Value>(_ expectation: String, _ read: (JSONValue) -> Value?) throws -> Value? {
        guard let decoded = read(self.value) else {
            throw self.mismatch(Value.self, expectation)
        }
        return decoded
    }

    private func list<Element>(_ decode: (JSONDecodingStep) throws -> Element) throws -> [Element] {
        var list: [Element] = []
        let elements = try self.elements()
        list.reserveCapacity(elements.count)
        for element in elements {
            let step = JSONDecodingStep(
                value: element,
                path: self.path.appending(index: list.count),
                depth: self.depth
            )
            list.append(try decode(step))
        }
        return list
    }
}

// MARK: Decode JSON's types

extension JSONDecodingStep {
    func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
        let integer: Integer?
        switch self.value {
        case .integer(let number): integer = Integer(exactly: number)
        case .bigInteger(let digits): integer = Integer(digits)
        default: throw self.mismatch(type, "an integer")
        }
        guard let integer else {
            throw self.corrupted("The integer \(self.value) does not fit in \(type).")
        }
        return integer
    }

    func double() throws -> Double {
        guard let number = self.value.doubleValue else {
            throw self.mismatch(Double.self, "a number")
        }
        return number
    }

    func string() throws -> String {
        guard let text = self.value.stringValue else {
            throw self.mismatch(String.self, "a string")
        }
        return text
    }

    func bool() throws -> Bool {
        guard let flag = self.value.boolValue else {
            throw self.mismatch(Bool.self, "true or false")
        }
        return flag
    }

    func elements() throws -> [JSONValue] {
        guard let elements = self.value.arrayValue else {
            throw self.mismatch([JSONValue].self, "an array")
        }
        return elements
    }

    func members() throws -> [String: JSONValue] {
        guard let members = self.value.objectValue else {
            throw self.mismatch([String: JSONValue].self, "an object")
        }
        return members
    }
}

// MARK: Report errors

extension JSONDecodingStep {
    func mismatch(_ type: Any.Type, _ expectation: String) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: self.path.keys,
            debugDescription: "Expected \(expectation), but found \(self.value.kindDescription)."
        )
        return self.value.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    func corrupted(_ description: String) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: self.path.keys, debugDescription: description))
    }
}

extension JSONValue {
    fileprivate var kindDescription: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .bigInteger: "an integer"
        case .double: "a floating-point number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
