public import CeleryProtocol

/// A task ended in `FAILURE` or `REVOKED`, here or in a Python worker.
///
/// Thrown by ``AsyncResult/get(timeout:)``. A task may throw it as well, to choose what a Celery client will see:
///
/// ```swift
/// throw TaskFailure(type: "ValueError", message: "no such user", module: "builtins")
/// ```
public struct TaskFailure: Error, CustomStringConvertible, Hashable {
    /// The type, the arguments and the module of the exception.
    public let exception: ExceptionDocument
    /// The traceback as text, where the worker stored one.
    public let traceback: String?
    /// Whether the task was revoked or expired and did not run to its end.
    public let isRevoked: Bool

    package init(exception: ExceptionDocument, traceback: String? = nil, isRevoked: Bool = false) {
        self.exception = exception
        self.traceback = traceback
        self.isRevoked = isRevoked
    }

    /// Creates a failure to throw from a task.
    public init(type: String, message: String, module: String? = "taskbroker") {
        self.init(exception: ExceptionDocument(type: type, message: [.string(message)], module: module))
    }

    /// The name of the exception's type, such as `ValueError`.
    public var type: String { self.exception.type }

    /// The exception's arguments as one text.
    public var message: String {
        self.exception.message.map { $0.stringValue ?? $0.description }.joined(separator: ", ")
    }

    /// `ValueError: no such user`.
    public var description: String { self.message.isEmpty ? self.type : "\(self.type): \(self.message)" }
}

extension TaskFailure: ExceptionConvertible {}
