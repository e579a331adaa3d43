/// A message among the dead letters: it cannot be read, nobody knows its task, or workers kept losing it.
public struct DeadMessage: Sendable, Hashable {
    /// The queue that it was taken from.
    public let queue: String
    /// Why it is there, in a sentence.
    public let reason: String
    /// The message as it was found.
    public let payload: [UInt8]
}

extension DeadMessage {
    /// What the message asked for; `nil` if it cannot be read.
    public var task: PublishedTask? { PublishedTask(self.payload) }
}
