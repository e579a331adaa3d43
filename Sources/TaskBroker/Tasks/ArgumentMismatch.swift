import CeleryProtocol

/// The arguments of a message do not fit the task's parameters.
///
/// Stored as Python's `TypeError`, which is what a Celery worker answers to the same mistake.
struct ArgumentMismatch: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    init(_ error: DecodingError, parameter: String?) {
        let subject = parameter.map { "argument \($0)" } ?? "the payload"
        let (problem, path) = Self.explain(error)
        let place = path.isEmpty ? "" : " at \(path.map(\.stringValue).joined(separator: "."))"
        self.description = "cannot use \(subject)\(place): \(problem)"
    }

    private static func explain(_ error: DecodingError) -> (String, [any CodingKey]) {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            (context.debugDescription, context.codingPath)
        case .keyNotFound(let key, let context):
            ("'\(key.stringValue)' is missing", context.codingPath)
        @unknown default:
            ("\(error)", [])
        }
    }
}

extension ArgumentMismatch: ExceptionConvertible {
    var exception: ExceptionDocument {
        ExceptionDocument(type: "TypeError", message: [.string(self.description)], module: "builtins")
    }
}
