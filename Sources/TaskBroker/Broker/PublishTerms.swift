/// On what terms messages are taken.
package struct PublishTerms: Hashable, Sendable {
    /// The bounds of queues, by their names.
    package var bounds: [String: QueueBound]
    /// Whether bounds count that others have declared and left in the broker, for queues of which the sender knows nothing.
    package var adoptsBounds: Bool
    /// Whether full queues take all of the messages or none, as the members of a chord.
    package var isWhole: Bool

    package init(bounds: [String: QueueBound] = [:], adoptsBounds: Bool = false, isWhole: Bool = false) {
        self.bounds = bounds
        self.adoptsBounds = adoptsBounds
        self.isWhole = isWhole
    }
}
