extension JSONValue {
    /// Creates the JSON value for a Swift value, as Celery's programs expect it.
    ///
    /// `Date`, `UUID`, `Data` and `Decimal` become kombu's tagged objects (`{"__type__": "datetime", "__value__": …}`),
    /// which Python turns into the type of the same name; a `URL` becomes a string. A ``JSONValue`` is taken as it is.
    ///
    /// - Throws: `EncodingError` with the path to the value: nested deeper than 64 levels, or refused by its own
    ///   `encode(to:)`.
    public init(encoding value: some Encodable) throws {
        self = try JSONEncodingStep(path: .root, depth: 0).encode(value)
    }

    /// Creates a Swift value from this JSON value.
    ///
    /// Integers must be integers (`3.0` is none) and fit into their type; a `Double` may be written as an integer.
    /// `Date`, `UUID`, `Data` and `Decimal` are read from kombu's tagged objects and, where that is unambiguous, from
    /// plain values. Members that are absent or `null` are `nil` for optional properties.
    ///
    /// - Throws: `DecodingError` with the path to the value that does not fit.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecodingStep(value: self, path: .root, depth: 0).decode(type)
    }

    /// How many levels of arrays and objects Swift values may be made of.
    static let maximumCodingDepth = 64
}
