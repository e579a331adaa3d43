/// What a failure brings about besides the task's own result (celery-wire §7.6).
package struct FailurePlan: Hashable, Sendable {
    /// The errbacks that are sent as messages.
    package var plan = CanvasPlan()
    /// The errbacks that this process calls itself; the option `parent_id` of each names the task that failed.
    package var handlers: [SignatureNode] = []
    /// The results that will never come otherwise: of the rest of the chain, of a chord's body; to be stored before
    /// any of the parts is returned.
    package var failures: [FailedResult] = []
    /// The parts of other chords that will never come otherwise.
    ///
    /// Celery leaves out a part whose task was already stored as failed or revoked: it was returned then. Chords count a
    /// task and index once, so that returning it again does no harm.
    package var parts: [ChordPart] = []
    /// Why errbacks are left out that could not be read or applied; results and parts do not suffer from that.
    package var problems: [CanvasError] = []

    package init() {}
}
