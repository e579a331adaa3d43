/// A reply in RESP2, the protocol every Redis and Valkey server speaks.
///
/// hiredis 0.14, the version that Debian and Ubuntu ship, parses RESP2 only, so there are no maps, sets or pushes here.
package enum RESPValue: Hashable, Sendable {
    /// The null bulk string or the null array; RESP2 writes two, and they mean the same.
    case null
    /// A signed 64-bit integer.
    case integer(Int64)
    /// A short text such as `OK`.
    case status(String)
    /// A binary-safe string.
    case bulkString([UInt8])
    /// An error reply, its prefix first: `WRONGTYPE Operation against …`.
    case error(String)
    /// A list of replies, which may be lists themselves (hiredis accepts seven levels).
    case array([RESPValue])
}

// MARK: - Reading

extension RESPValue {
    /// The text of a status or a bulk string, with invalid UTF-8 repaired; otherwise `nil`.
    package var string: String? {
        switch self {
        case .status(let text): text
        case .bulkString(let bytes): String(decoding: bytes, as: UTF8.self)
        case .null, .integer, .error, .array: nil
        }
    }

    /// The bytes of a bulk string or a status; otherwise `nil`.
    package var bytes: [UInt8]? {
        switch self {
        case .status(let text): Array(text.utf8)
        case .bulkString(let bytes): bytes
        case .null, .integer, .error, .array: nil
        }
    }

    /// An integer reply, or a string that is a decimal number; otherwise `nil`.
    ///
    /// Scripts return numbers in both shapes.
    package var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .status, .bulkString: self.string.flatMap { Int64($0) }
        case .null, .error, .array: nil
        }
    }

    /// The elements of an array; otherwise `nil`.
    package var array: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text of an error reply; otherwise `nil`.
    package var errorMessage: String? {
        if case .error(let message) = self { message } else { nil }
    }

    /// Whether the reply is null: the key or element asked for does not exist.
    package var isNull: Bool { self == .null }
}
