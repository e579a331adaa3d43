/// Bytes that are not RESP2, or a command or reply beyond what hiredis can carry.
package struct RESPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What hiredis, or the check before it, objected to.
    package let description: String

    /// Creates an error with the sentence that describes it.
    package init(description: String) {
        self.description = description
    }
}
