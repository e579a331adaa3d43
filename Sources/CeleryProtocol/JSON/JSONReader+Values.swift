extension JSONReader {
    /// Looks at the next value without consuming it.
    package mutating func nextKind() throws(JSONError) -> JSONKind {
        switch try self.nextByte() {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "N"), UInt8(ascii: "I"):
            return .number
        default: throw JSONError(.unexpectedByte, at: self.position)
        }
    }

    /// Consumes `null`.
    package mutating func readNull() throws(JSONError) {
        _ = try self.nextByte()
        try self.expect(.null)
    }

    /// Consumes `true` or `false`.
    package mutating func readBool() throws(JSONError) -> Bool {
        let isTrue = try self.nextByte() == UInt8(ascii: "t")
        try self.expect(isTrue ? .true : .false)
        return isTrue
    }

    /// Consumes a value of any kind.
    package mutating func readValue() throws(JSONError) -> JSONValue {
        switch try self.nextKind() {
        case .null:
            try self.readNull()
            return .null
        case .bool:
            return .bool(try self.readBool())
        case .string:
            return .string(try self.readString())
        case .number:
            switch try self.readNumber() {
            case .integer(let number): return .integer(number)
            case .bigInteger(let digits): return .bigInteger(digits)
            case .double(let number): return .double(number)
            }
        case .array:
            return .array(try self.readArray())
        case .object:
            return .object(try self.readObject())
        }
    }

    /// Consumes an array.
    package mutating func readArray() throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        try self.beginArray()
        while try self.nextElement() {
            elements.append(try self.readValue())
        }
        return elements
    }

    /// Consumes an object; of members with the same name the last one counts.
    package mutating func readObject() throws(JSONError) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        try self.beginObject()
        while try self.nextKey() != nil {
            let name = self.keyText
            members[name] = try self.readValue()
        }
        return members
    }

    /// Consumes a value of any kind and checks it without building anything.
    ///
    /// - Returns: Where the value stands.
    @discardableResult
    package mutating func skipValue() throws(JSONError) -> Range<Int> {
        let kind = try self.nextKind()
        let start = self.position
        switch kind {
        case .null: try self.readNull()
        case .bool: _ = try self.readBool()
        case .string: _ = try self.readStringToken()
        case .number: _ = try self.readNumber()
        case .array:
            try self.beginArray()
            while try self.nextElement() {
                try self.skipValue()
            }
        case .object:
            try self.beginObject()
            while try self.nextKey() != nil {
                try self.skipValue()
            }
        }
        return start..<self.position
    }
}
