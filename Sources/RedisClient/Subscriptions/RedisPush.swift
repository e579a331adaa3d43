/// A message that was published to a channel.
package struct RedisPush: Hashable, Sendable {
    /// The channel it was published to, also when a pattern matched it.
    package let channel: String
    /// What was published.
    package let payload: [UInt8]

    /// Creates a message.
    package init(channel: String, payload: [UInt8]) {
        self.channel = channel
        self.payload = payload
    }
}

extension RedisPush {
    /// Reads what Redis sends a subscriber: `message`, channel, payload; or `pmessage`, pattern, channel, payload.
    init?(_ message: [RESPValue]) {
        guard let channel = message.dropLast().last?.string, let payload = message.last?.bytes else { return nil }
        self.init(channel: channel, payload: payload)
    }
}
