import CeleryProtocol

/// A task returned a value that cannot be written as JSON.
///
/// Stored under kombu's name for it, as a Celery worker does. No policy retries it: the task has run to its end, and would again.
struct UnencodableResult: FinalError, CustomStringConvertible {
    let description: String

    init(_ type: Any.Type, _ error: any Error) {
        let problem =
            switch error {
            case EncodingError.invalidValue(_, let context): context.debugDescription
            default: "\(error)"
            }
        self.description = "the task returned a \(type) that cannot be encoded: \(problem)"
    }
}

extension UnencodableResult: ExceptionConvertible {
    var exception: ExceptionDocument {
        ExceptionDocument(type: "EncodeError", message: [.string(self.description)], module: "kombu.exceptions")
    }
}
