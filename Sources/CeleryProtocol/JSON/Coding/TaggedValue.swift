#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The objects that kombu puts in place of values that JSON does not have: `{"__type__": "uuid", "__value__": {"hex":
/// …}}`.
///
/// Only an object with exactly these two members is one (kombu/utils/json.py). Tags that we have no type for, such as
/// `time` and those that applications register, stay the objects they are.
enum TaggedValue {
    static func encode(_ timestamp: Timestamp) -> JSONValue {
        self.object("datetime", .string(timestamp.iso8601))
    }

    static func encode(_ uuid: UUID) -> JSONValue {
        let digits = uuid.uuidString.filter { $0 != "-" }.lowercased()
        return self.object("uuid", .object(["hex": .string(digits)]))
    }

    /// Bytes that are UTF-8 are tagged `bytes` and stand as text, others are tagged `base64`.
    static func encode(_ data: Data) -> JSONValue {
        if let text = String(validating: data, as: UTF8.self) {
            return self.object("bytes", .string(text))
        }
        var base64: [UInt8] = []
        Base64.append([UInt8](data), to: &base64)
        return self.object("base64", .string(String(decoding: base64, as: UTF8.self)))
    }

    static func encode(_ decimal: Decimal) -> JSONValue {
        self.object("decimal", .string(decimal.description))
    }

    private static func object(_ type: String, _ value: JSONValue) -> JSONValue {
        .object(["__type__": .string(type), "__value__": value])
    }
}

// MARK: Read

extension TaggedValue {
    /// A point in time: `datetime`, `date` (midnight), or a string in ISO 8601.
    static func timestamp(_ json: JSONValue) -> Timestamp? {
        (self.value(of: json, tagged: "datetime") ?? self.value(of: json, tagged: "date") ?? json).stringValue
            .flatMap { Timestamp(iso8601: $0) }
    }

    /// A UUID: `uuid`, or a string with or without hyphens.
    static func uuid(_ json: JSONValue) -> UUID? {
        guard let text = (self.value(of: json, tagged: "uuid")?["hex"] ?? json).stringValue else { return nil }
        guard text.utf8.count == 32 else { return UUID(uuidString: text) }
        var hyphenated = text
        for offset in [20, 16, 12, 8] {
            hyphenated.insert("-", at: hyphenated.index(hyphenated.startIndex, offsetBy: offset))
        }
        return UUID(uuidString: hyphenated)
    }

    /// Bytes: `bytes` or `base64`.
    ///
    /// A plain string is refused, because it could be meant as either.
    static func data(_ json: JSONValue) -> Data? {
        if let text = self.value(of: json, tagged: "bytes")?.stringValue {
            return Data(text.utf8)
        }
        return self.value(of: json, tagged: "base64")?.stringValue.flatMap { Base64.decode($0) }.map { Data($0) }
    }

    /// A decimal number: `decimal`, a string of digits, or a number.
    static func decimal(_ json: JSONValue) -> Decimal? {
        switch self.value(of: json, tagged: "decimal") ?? json {
        case .string(let text): self.isDecimal(text) ? Decimal(string: text) : nil
        case .bigInteger(let digits): Decimal(string: digits)
        case .integer(let number): Decimal(number)
        case .double(let number): number.isFinite ? Decimal(string: number.description) : nil
        default: nil
        }
    }

    /// Whether the whole text is a number; `Decimal(string:)` would be content with a prefix.
    private static func isDecimal(_ text: String) -> Bool {
        let allowed = "0123456789+-.eE".utf8
        return text.utf8.count <= 128 && text.utf8.allSatisfy { allowed.contains($0) } && Double(text) != nil
    }

    private static func value(of json: JSONValue, tagged type: String) -> JSONValue? {
        guard case .object(let members) = json, members.count == 2, members["__type__"]?.stringValue == type else {
            return nil
        }
        return members["__value__"]
    }
}
