/// How many messages may lie in a queue, and what becomes of one too many (`reliability.md` R15).
package struct QueueBound: Hashable, Sendable {
    /// The most messages that wait or are delayed, all priorities together.
    package var maxLength: Int
    /// What becomes of one too many.
    package var onFull: Queue.OnFull

    package init(maxLength: Int, onFull: Queue.OnFull = .reject) {
        self.maxLength = maxLength
        self.onFull = onFull
    }
}
