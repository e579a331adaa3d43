public import CeleryProtocol

/// Signatures of tasks that are defined elsewhere, possibly in Python.
extension TaskApp {
    /// A complete call by name: the untyped twin of ``TaskDefinition/s(_:)``.
    ///
    /// ```swift
    /// let flow = app.signature("tasks.add", args: [2, 2]) | app.partialSignature("tasks.mul", args: [10])
    /// let value = try await flow.returning(Int.self).delay().get()
    /// ```
    public func signature(
        _ name: String,
        args: [JSONValue] = [],
        kwargs: [String: JSONValue] = [:],
        options: TaskOptions = .init()
    ) -> Signature<Void, JSONValue> {
        self.signature(SignatureNode(.task(name), args: args, kwargs: kwargs)).set { $0 = options }
    }

    /// A call by name whose first argument is the result of the task before it: the untyped twin of
    /// ``TaskDefinition/partial(_:)``.
    public func partialSignature(
        _ name: String,
        args: [JSONValue] = [],
        kwargs: [String: JSONValue] = [:],
        options: TaskOptions = .init()
    ) -> Signature<JSONValue, JSONValue> {
        self.signature(name, args: args, kwargs: kwargs, options: options).retyped { $0 }
    }

    /// A signature that was made elsewhere, in the form in which it travels.
    public func signature(_ node: SignatureNode) -> Signature<Void, JSONValue> {
        Signature(node, app: self) { $0 }
    }
}
