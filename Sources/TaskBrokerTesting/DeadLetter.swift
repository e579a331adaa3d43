/// A message that no worker will run: it cannot be read, nobody knows its task, or workers kept losing it.
public struct DeadLetter: Sendable, Hashable {
    /// The queue that it was taken from.
    public let queue: String
    /// Why it is here, in a sentence.
    public let reason: String
    /// The message as it was found.
    public let payload: [UInt8]
    /// What could be read of it.
    public let task: PublishedTask?
}

extension DeadLetter {
    init(_ message: DeadMessage) {
        self.init(
            queue: message.address.queue,
            reason: message.reason,
            payload: message.raw,
            task: PublishedTask(message.raw)
        )
    }
}
