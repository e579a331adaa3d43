/// A number as it is written: integers of any size, or a float.
package enum JSONNumber: Sendable {
    /// An integer that fits in 64 bits.
    case integer(Int64)
    /// The digits of one that does not.
    case bigInteger(String)
    /// Everything with a fraction or an exponent, and the words `NaN`, `Infinity` and `-Infinity`.
    case double(Double)
}
