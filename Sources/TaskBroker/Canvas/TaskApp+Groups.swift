public import CeleryProtocol

extension TaskApp {
    /// A handle to a group that was saved, here or by a Python program: Celery's `GroupResult.restore`.
    ///
    /// - Throws: ``TaskBrokerError/Code/notFound`` if nothing is stored under its id.
    public func groupResult(for id: String) async throws -> GroupResult<JSONValue> {
        try await self.groupResult(for: id) { $0 }
    }

    /// A handle to a saved group whose members all return the same type.
    public func groupResult<Output: Codable & Sendable>(
        for id: String,
        as type: Output.Type
    ) async throws -> GroupResult<[Output]> {
        try await self.groupResult(for: id, decode: OutputCoding<[Output]>.codable.decode)
    }

    private func groupResult<Output>(
        for id: String,
        decode: @escaping @Sendable (JSONValue) throws -> Output
    ) async throws -> GroupResult<Output> {
        guard let node = try await self.backend.group(id) else {
            throw TaskBrokerError(.notFound, "No group is stored under \(id): was it saved, and not too long ago?")
        }
        return GroupResult(AsyncResult(node, backend: self.backend, revoker: self.revoker, decode: decode))
    }
}
