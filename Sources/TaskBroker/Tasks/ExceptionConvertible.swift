public import CeleryProtocol

/// An error that knows how it is stored in a result.
///
/// Celery clients rebuild an exception from its type, arguments and module (celery-wire §5.3). Errors that do not conform are
/// stored under their Swift type's name, in the module `taskbroker`, which no Python process has.
public protocol ExceptionConvertible: Error {
    /// The stored form.
    var exception: ExceptionDocument { get }
}

extension CanvasError: ExceptionConvertible {
    /// What Celery raises for a canvas that cannot be: a `ValueError`.
    public var exception: ExceptionDocument {
        ExceptionDocument(type: "ValueError", message: [.string(self.message)], module: "builtins")
    }
}

extension ExceptionDocument {
    /// The stored form of any error.
    package init(_ error: any Error) {
        if let error = error as? any ExceptionConvertible {
            self = error.exception
        } else if error is CancellationError {
            self.init(type: "CancellationError", message: ["the task was cancelled"], module: "taskbroker")
        } else {
            let name = String(reflecting: Swift.type(of: error))
            // `Module.Type`, without the compiler's marks for local and private types.
            let type = name.split(separator: ".").last.map(String.init) ?? name
            self.init(type: type, message: [.string(String(describing: error))], module: "taskbroker")
        }
    }
}
