/// Why a message on the events' exchange is refused.
///
/// Nobody waits for an answer to an event: whoever reads events counts those that are refused and goes on.
package struct EventError: Error, Hashable, Sendable {
    /// What is wrong.
    package struct Code: Hashable, Sendable {
        fileprivate let text: String

        /// The message is no envelope with a body in JSON.
        package static let notAMessage = Code(text: "notAMessage")
        /// The body is neither an event nor an array of them.
        package static let notAnEvent = Code(text: "notAnEvent")
        /// A member is absent without which the event has no meaning.
        package static let missingField = Code(text: "missingField")
        /// A member has a type or value that cannot be interpreted.
        package static let invalidField = Code(text: "invalidField")
        /// A batch has more events than ``EventMessage/maximumCount``.
        package static let tooMany = Code(text: "tooMany")
    }

    /// What is wrong.
    package let code: Code
    /// What is wrong, in a sentence for an operator.
    package let message: String

    /// Creates an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension EventError: CustomStringConvertible {
    /// The sentence.
    package var description: String { self.message }
}

extension EventError.Code: CustomStringConvertible {
    /// The name of the code.
    package var description: String { self.text }
}
