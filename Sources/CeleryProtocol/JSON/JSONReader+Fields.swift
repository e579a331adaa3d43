extension JSONReader {
    /// Consumes a value and returns it if it is a string.
    package mutating func readStringOrSkip() throws(JSONError) -> String? {
        guard try self.nextKind() == .string else {
            try self.skipValue()
            return nil
        }
        return try self.readString()
    }

    /// Consumes a value and returns it if it is an integer, or a float without a fraction.
    package mutating func readIntegerOrSkip() throws(JSONError) -> Int? {
        guard try self.nextKind() == .number else {
            try self.skipValue()
            return nil
        }
        switch try self.readNumber() {
        case .integer(let number): return Int(exactly: number)
        case .double(let number): return Int(exactly: number)
        case .bigInteger: return nil
        }
    }

    /// Consumes a value and returns it if it is a boolean, or whether it differs from zero if it is an integer.
    package mutating func readBoolOrSkip() throws(JSONError) -> Bool? {
        guard try self.nextKind() == .bool else {
            return try self.readIntegerOrSkip().map { $0 != 0 }
        }
        return try self.readBool()
    }

    /// Consumes a value and returns it if it is an object; anything else is an empty one.
    mutating func readObjectOrSkip() throws(JSONError) -> [String: JSONValue] {
        guard try self.nextKind() == .object else {
            try self.skipValue()
            return [:]
        }
        return try self.readObject()
    }

    /// Consumes a value and returns it if it is not `null`.
    package mutating func readUnlessNull() throws(JSONError) -> JSONValue? {
        guard try self.nextKind() == .null else {
            return try self.readValue()
        }
        try self.readNull()
        return nil
    }
}
