import CeleryProtocol

/// Only what needs no input can be sent.
extension Signature where Input == Void {
    /// Sends it; the handle is that of its last task, or of a group.
    ///
    /// All ids are given before anything is sent, so that the handle's ``AsyncResult/parent`` is right as well.
    ///
    /// - Throws: `EncodingError` for an argument, ``TaskBrokerError`` and `RoutingError` for an option, `CanvasError` for a
    ///   composition that cannot be run. Nothing was sent then.
    @discardableResult
    public func delay() async throws -> AsyncResult<Output> {
        try await self.apply(options: .init())
    }

    /// Sends it with options that go over its own.
    ///
    /// ``TaskOptions/durability`` and ``TaskOptions/publishRetry`` count for all messages that are sent now; what follows later is as
    /// safe as the end of the task that it follows.
    @discardableResult
    public func apply(options: TaskOptions) async throws -> AsyncResult<Output> {
        let node = try self.set { $0 = options }.node
        guard let app else {
            // Only a group without members knows no app; its result is there already.
            return self.result(ResultNode(id: Identifier.uuid4(), children: []))
        }
        return self.result(try await app.apply(node, options: options))
    }

    /// Gives ids to all of its tasks, so that its result is known before it is sent.
    ///
    /// - Returns: The handle that ``delay()`` will return.
    public mutating func freeze() throws -> AsyncResult<Output> {
        var node = try self.node
        let result = try node.freeze()
        self.erased = node
        return self.result(result)
    }

    private func result(_ node: ResultNode) -> AsyncResult<Output> {
        AsyncResult(node, backend: self.app?.backend, revoker: self.app?.revoker, decode: self.decode)
    }
}
