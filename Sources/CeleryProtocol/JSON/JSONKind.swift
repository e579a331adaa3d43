/// What kind of value comes next.
package enum JSONKind: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool
    /// A number, or one of the words that stand for one.
    case number
    /// A string.
    case string
    /// An array.
    case array
    /// An object.
    case object
}
