extension Timestamp: Codable {
    /// Reads a point in time from ISO 8601 text.
    ///
    /// Arguments and results of tasks have it as kombu's tagged `datetime`, which our own decoder reads without this.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let timestamp = Timestamp(iso8601: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "Expected a time in ISO 8601.")
        }
        self = timestamp
    }

    /// Writes the point in time as ISO 8601 text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.iso8601)
    }
}
