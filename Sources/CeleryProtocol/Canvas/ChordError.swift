/// Why the body of a chord is not called.
package struct ChordError: Error, Hashable, Sendable {
    /// Celery's `ChordError`, which is stored as the result of the body.
    package let exception: ExceptionDocument
    /// The exception of the member that failed; the members of a body that is a group get it instead.
    package let cause: ExceptionDocument?

    private init(_ text: String, cause: ExceptionDocument?) {
        self.exception = ExceptionDocument(type: Self.type, message: [.string(text)], module: Self.module)
        self.cause = cause
    }

    private static let type = "ChordError"
    private static let module = "celery.exceptions"
}

extension ChordError {
    /// A part is `FAILURE` or `REVOKED`: `Dependency <task id> raised <exception>`.
    package static func dependency(_ taskID: String, raised exception: ExceptionDocument) -> ChordError {
        ChordError("Dependency \(taskID) raised \(exception.pythonRepr)", cause: exception)
    }

    /// The results cannot be put together: `Join error: <exception>`.
    package static func join(_ exception: ExceptionDocument) -> ChordError {
        ChordError("Join error: \(exception.pythonRepr)", cause: nil)
    }

    /// The body cannot be applied: `Callback error: <exception>`.
    package static func callback(_ exception: ExceptionDocument) -> ChordError {
        ChordError("Callback error: \(exception.pythonRepr)", cause: nil)
    }

    /// The failure of a result that is part of a saved structure.
    ///
    /// Celery raises that result's exception while it joins: a `ChordError` of an inner chord passes as it is, anything
    /// else is a join error.
    static func result(_ exception: ExceptionDocument) -> ChordError {
        guard exception.type == Self.type, exception.module == Self.module else { return .join(exception) }
        return ChordError(exception)
    }

    private init(_ exception: ExceptionDocument) {
        self.exception = exception
        self.cause = nil
    }
}
