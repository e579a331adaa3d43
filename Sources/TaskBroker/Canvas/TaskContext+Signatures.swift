import CeleryProtocol

extension TaskContext {
    /// The error to throw to let something else take this task's place: its id, its callbacks, its chain and its chord.
    ///
    /// ```swift
    /// throw context.replace(with: add.s(1, 2) | mul.partial(3))
    /// ```
    ///
    /// A signature that cannot be encoded makes the task fail with the reason.
    public func replace<Output>(with signature: Signature<Void, Output>) -> any Error {
        do {
            return self.replace(with: try signature.node)
        } catch {
            return error
        }
    }

    /// Adds a task to the header of the chord that this task is a part of; the chord's body waits for it, too.
    ///
    /// - Throws: `CanvasError` if this task is not part of a chord; what sending throws.
    public func addToChord<Output>(_ signature: Signature<Void, Output>) async throws {
        try await self.addToChord(signature.node)
    }
}
