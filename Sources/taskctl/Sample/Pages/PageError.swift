/// Why a page's fields could not be read.
struct PageError: Error, Hashable, Codable {
    /// The kind of failure.
    let code: Code

    /// The failure in words.
    let message: String
}

extension PageError {
    /// The kinds of failure.
    struct Code: Hashable, Sendable, Codable, CustomStringConvertible {
        let description: String

        /// The page ends before its content does: it was cut off.
        static let incomplete = Code(description: "incomplete")

        /// The page does not have an element that it must have.
        static let missing = Code(description: "missing")

        /// An element does not hold what it must hold.
        static let invalid = Code(description: "invalid")

        /// The page is larger than any real one.
        static let tooLarge = Code(description: "tooLarge")
    }
}

extension PageError: CustomStringConvertible {
    var description: String { self.message }
}
