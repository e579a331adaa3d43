extension JSONValue {
    /// Reads one JSON document.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        var reader = try JSONReader(bytes, limits: limits)
        self = try reader.readValue()
        try reader.finish()
    }

    /// Reads one JSON document.
    ///
    /// `NaN`, `Infinity` and `-Infinity` are read as numbers; of members with the same name the last one counts.
    ///
    /// - Throws: An error that names the offset of the first byte that is not JSON, or the limit that was exceeded
    ///   (64 levels, 8 MiB, a million values).
    public init(parsing text: String) throws {
        try self.init(parsing: Array(text.utf8))
    }

    /// The value as JSON in the form of Python's `json.dumps`: ASCII only, `", "` and `": "` between parts.
    ///
    /// Members of objects are sorted by name, so that equal values have equal bytes.
    public func serialized() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as JSON text.
    public var description: String {
        String(decoding: self.serialized(), as: UTF8.self)
    }
}
