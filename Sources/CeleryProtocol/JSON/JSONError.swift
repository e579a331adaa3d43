/// Why bytes are not a JSON document that is accepted.
package struct JSONError: Error, Hashable, Sendable {
    /// What is wrong.
    package struct Code: Hashable, Sendable {
        fileprivate let text: String

        /// The document ends in the middle of a value.
        package static let unexpectedEnd = Code(text: "the text ends in the middle of a value")
        /// A byte that cannot stand where it stands.
        package static let unexpectedByte = Code(text: "unexpected character")
        /// Bytes that are not UTF-8.
        package static let invalidUTF8 = Code(text: "not UTF-8")
        /// A backslash that starts no escape sequence of JSON.
        package static let invalidEscape = Code(text: "invalid escape sequence")
        /// A control character inside a string; JSON wants it escaped.
        package static let controlCharacter = Code(text: "control character inside a string")
        /// Something else after the value.
        package static let trailingData = Code(text: "text after the end of the value")
        /// More levels than ``JSONLimits/maximumDepth``.
        package static let tooDeep = Code(text: "nested too deeply")
        /// More bytes than ``JSONLimits/maximumBytes``.
        package static let tooLarge = Code(text: "too large")
        /// More values than ``JSONLimits/maximumElements``.
        package static let tooManyElements = Code(text: "too many values")
        /// A number of more characters than ``JSONLimits/maximumNumberLength``.
        package static let numberTooLong = Code(text: "a number has too many digits")
        /// A value of another type than the reader asked for.
        package static let wrongType = Code(text: "value of the wrong type")
    }

    /// What is wrong.
    package let code: Code
    /// The position of the first byte that is wrong, from the start of the document.
    package let offset: Int

    /// Creates an error.
    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// A sentence part such as `unexpected character at byte 17`.
    package var description: String {
        "\(self.code.text) at byte \(self.offset)"
    }
}
