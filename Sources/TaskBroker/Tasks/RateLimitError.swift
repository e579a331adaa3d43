/// Why a text is no rate limit.
public struct RateLimitError: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    public let code: Code
    /// A sentence for the person who wrote it.
    public let message: String

    /// The text of the error.
    public var description: String { self.message }
}

extension RateLimitError {
    /// What is wrong with a rate limit.
    public enum Code: Hashable, Sendable {
        /// What stands before the slash is no number.
        case notANumber
        /// What stands behind it is none of `s`, `m` and `h`.
        case unknownUnit
        /// It is negative, infinite, or more than a billion.
        case outOfRange
    }

    static func notANumber(_ text: String) -> Self {
        Self(code: .notANumber, message: "'\(text)' is not a number: a rate limit looks like 10/s, 100/m or 5/h.")
    }

    static func unknownUnit(_ text: String) -> Self {
        Self(code: .unknownUnit, message: "'\(text)' is not a unit of a rate limit: use s, m or h, as in 100/m.")
    }

    static func outOfRange(_ text: String) -> Self {
        Self(code: .outOfRange, message: "'\(text)' starts are out of range: a rate limit is between 0 and 1e9.")
    }
}
