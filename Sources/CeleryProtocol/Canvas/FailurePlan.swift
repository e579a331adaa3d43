/// What a failure brings about besides the task's own result (celery-wire §7.6).
package struct FailurePlan: Hashable, Sendable {
    /// The errbacks that are sent as messages.
    package var plan = CanvasPlan()
    /// The errbacks that this process calls itself.
    package var handlers: [SignatureNode] = []
    /// The results that will never come otherwise: of the rest of the chain, of a chord's body.
    package var failures: [FailedResult] = []
    /// The parts of other chords that will never come otherwise.
    package var parts: [ChordPart] = []

    package init() {}
}
