/// Where a string stands in a document, without its quotes.
package struct JSONStringToken: Hashable, Sendable {
    /// The bytes between the quotes.
    package let range: Range<Int>
    /// Whether there is a backslash among them.
    package let isEscaped: Bool
}
