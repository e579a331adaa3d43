/// Why a message is refused.
///
/// Celery's workers stop, or hand the message back and forth for ever, on most messages that raise this
/// (`reliability.md` F6); ours keeps such a message aside and stores a failure if it knows the task's id.
package struct MessageError: Error, Hashable, Sendable {
    /// What is wrong.
    package struct Code: Hashable, Sendable {
        fileprivate let text: String

        /// The message is not JSON.
        package static let notJSON = Code(text: "notJSON")
        /// The message is JSON, but not an object.
        package static let notAnObject = Code(text: "notAnObject")
        /// A field without which the message has no meaning is absent.
        package static let missingField = Code(text: "missingField")
        /// A field has a type that cannot be interpreted.
        package static let wrongType = Code(text: "wrongType")
        /// A field has the right type, but a value that cannot be interpreted.
        package static let invalidValue = Code(text: "invalidValue")
        /// A name or id breaks the rules of ``NameRules``.
        package static let invalidName = Code(text: "invalidName")
        /// The message or a part of it exceeds its size.
        package static let tooLarge = Code(text: "tooLarge")
        /// The message or its body is nested too deeply.
        package static let tooDeep = Code(text: "tooDeep")
        /// The body cannot be decoded, or is not arguments, keyword arguments and embedded signatures.
        package static let badBody = Code(text: "badBody")
        /// The body's content type is not JSON.
        package static let contentDisallowed = Code(text: "contentDisallowed")
        /// The body is compressed in a way that is not supported.
        package static let unknownCompression = Code(text: "unknownCompression")
        /// The body's transfer encoding is neither base64 nor plain text.
        package static let unknownEncoding = Code(text: "unknownEncoding")
    }

    /// What is wrong.
    package let code: Code
    /// What is wrong, in a sentence for an operator.
    package let message: String
    /// The id of the task, if it could be read.
    package var taskID: String?
    /// The name of the task, if it could be read.
    package var taskName: String?

    /// Creates an error.
    package init(_ code: Code, _ message: String, taskID: String? = nil, taskName: String? = nil) {
        self.code = code
        self.message = message
        self.taskID = taskID
        self.taskName = taskName
    }

    /// Creates the error for a JSON error in a part of the message: `message`, `body`.
    init(_ error: JSONError, in part: String) {
        switch error.code {
        case .tooDeep: self.init(.tooDeep, "The \(part) is \(error).")
        case .tooLarge, .tooManyElements, .numberTooLong: self.init(.tooLarge, "The \(part) is refused: \(error).")
        default: self.init(part == "body" ? .badBody : .notJSON, "The \(part) is not valid JSON: \(error).")
        }
    }
}

extension MessageError: CustomStringConvertible {
    /// The sentence.
    package var description: String {
        self.message
    }
}

extension MessageError.Code: CustomStringConvertible {
    /// The name of the code.
    package var description: String {
        self.text
    }
}

extension MessageError {
    /// The exception to store as the task's result: kombu's `ContentDisallowed` or `DecodeError`, which Python clients
    /// know.
    package var exception: ExceptionDocument {
        ExceptionDocument(
            type: self.code == .contentDisallowed ? "ContentDisallowed" : "DecodeError",
            message: [.string(self.message)],
            module: "kombu.exceptions"
        )
    }
}
