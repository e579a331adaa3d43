public import CeleryProtocol

/// Why a command was not carried out, as an operator of Celery expects to read it.
///
/// Thrown by a command, it becomes the reply `{"error": "ValueError('Autoscale not enabled')"}`: what Python's `repr` makes of
/// an exception. Any other error is shown by its Swift type and description in the same way.
public struct ControlError: Error, Hashable, CustomStringConvertible {
    /// The type of the exception: `ValueError`, `TypeError`, `KeyError`.
    public let type: String
    /// The text of the exception.
    public let message: String

    /// Creates an error.
    public init(_ type: String, _ message: String) {
        self.type = type
        self.message = message
    }

    /// The text of the exception.
    public var description: String { self.message }
}

extension ControlError: ExceptionConvertible {
    /// The stored form.
    public var exception: ExceptionDocument {
        ExceptionDocument(type: self.type, message: [.string(self.message)], module: "builtins")
    }
}

extension ControlError {
    /// What Celery answers to `autoscale` without `--autoscale`.
    package static let autoscaleNotEnabled = ControlError("ValueError", "Autoscale not enabled")
    /// What Celery answers to `pool_restart` without `worker_pool_restarts`.
    package static let poolRestartsNotEnabled = ControlError("ValueError", "Pool restarts not enabled")
}
