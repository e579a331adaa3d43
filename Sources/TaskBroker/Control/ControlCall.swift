public import CeleryProtocol

/// One command that was sent to a worker, as its handler sees it.
public struct ControlCall: Sendable {
    /// The app of the worker.
    public let app: TaskApp
    /// The node name of the worker.
    public let node: String
    /// The name under which the command was called.
    public let method: String
    /// The keyword arguments, as they came: from anybody who may publish to the broker.
    public let arguments: [String: JSONValue]
    /// Whether the sender may do anything: the policy lets everybody, or the request was signed.
    let isTrusted: Bool
    let worker: any WorkerControl

    package init(
        app: TaskApp,
        worker: any WorkerControl,
        method: String,
        arguments: [String: JSONValue],
        isTrusted: Bool
    ) {
        self.app = app
        self.worker = worker
        self.node = worker.node
        self.method = method
        self.arguments = arguments
        self.isTrusted = isTrusted
    }
}

extension ControlCall {
    /// An argument as a Swift value.
    ///
    /// - Throws: ``ControlError``, which the sender reads as Python's `TypeError`: the argument is missing (for an optional type it
    ///   may be, or be `null`), or does not fit the type.
    public func argument<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        do {
            return try (self.arguments[name] ?? .null).decode(type)
        } catch {
            guard self.arguments[name] != nil else { throw self.missing(name) }
            throw ControlError("TypeError", "argument '\(name)' of \(self.method)(): \(error)")
        }
    }

    /// What Python says of a call without a required argument.
    func missing(_ name: String) -> ControlError {
        ControlError("TypeError", "\(self.method)() missing 1 required positional argument: '\(name)'")
    }
}
