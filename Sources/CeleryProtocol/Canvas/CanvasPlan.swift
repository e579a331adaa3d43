/// Everything that applying a signature sends and stores, in the order in which it has to happen.
///
/// A pure value: the same plan is carried out by a producer with a pipeline, and by a worker in the step that ends its claim.
package struct CanvasPlan: Hashable, Sendable {
    /// The sizes of chords, written before any of their header's messages.
    package var chords: [ChordStart] = []
    /// The ids of groups whose chords get one more part: each adds one to `celery-taskset-meta-<id>.t`, before the calls.
    package var additions: [String] = []
    /// The structures of chord headers some of whose members are groups (celery-wire §7.4).
    package var groups: [SavedGroup] = []
    /// The messages to send, in order.
    package var calls: [CanvasCall] = []
    /// What the caller waits for, one for each signature that was applied.
    package var results: [ResultNode] = []
    /// What the running task lists as its `children`, in order.
    ///
    /// Not what is waited for: of a chain its first task, of a chord the group of its header, without ancestors.
    package var children: [ResultNode] = []

    package init() {}
}
