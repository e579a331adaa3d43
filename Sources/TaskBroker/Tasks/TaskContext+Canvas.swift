public import CeleryProtocol

extension TaskContext {
    /// The error to throw to let something else take this task's place: its id, its callbacks, its chain and its chord.
    ///
    /// Celery's `Task.replace`. This task stores nothing; what replaces it stores its result under this task's id.
    ///
    /// ```swift
    /// throw context.replace(with: app.signature("tasks.other", args: [1]))
    /// ```
    public func replace(with signature: SignatureNode) -> TaskReplacement {
        TaskReplacement(signature: signature)
    }

    /// Adds a task to the header of the chord that this task is a part of; the chord's body waits for it, too.
    ///
    /// Celery's `Task.add_to_chord`.
    ///
    /// - Throws: ``CanvasError`` if this task is not part of a chord; what sending throws.
    public func addToChord(_ signature: SignatureNode) async throws {
        let continuation = TaskContinuation(headers: self.request.headers, embed: self.request.embed)
        try await self.app.send(continuation.addition(toChord: signature), isFollowUp: true)
    }
}
