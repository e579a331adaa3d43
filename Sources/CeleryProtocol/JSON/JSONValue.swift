/// A JSON value as Celery exchanges them.
///
/// Python keeps integers apart from floats (`3` is an `int`, `3.0` a `float`), has integers of any size, and reads and
/// writes `NaN`, `Infinity` and `-Infinity` as bare words. So does this type; a value read from a Python program and
/// written again means the same there.
///
/// Strings are Swift strings and therefore cannot hold a lone surrogate (`"\ud800"`), which Python's can: each is read
/// as U+FFFD.
public enum JSONValue: Hashable, Sendable {
    /// `null`, Python's `None`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// An integer that fits in 64 bits.
    case integer(Int64)
    /// The decimal digits of an integer that does not fit in 64 bits, with a leading `-` if it is negative.
    ///
    /// Text that is not a decimal integer is written as a JSON string, so that no value can produce malformed JSON.
    case bigInteger(String)
    /// A number with a fraction or an exponent, or one of `NaN`, `Infinity` and `-Infinity`.
    case double(Double)
    /// A string.
    case string(String)
    /// An array; Python's lists and tuples.
    case array([JSONValue])
    /// An object; Python's dictionaries. The order of members has no meaning and is not kept.
    case object([String: JSONValue])
}
