/// A name that at most one message is sent under within a time.
///
/// The key is taken in the same step that sends the message, so a producer that dies in between neither loses the message nor
/// blocks the key. A second call gets a handle to the first one's result.
public struct UniqueKey: Hashable, Sendable {
    /// The name; shared by all producers of the broker.
    public let name: String
    /// How long it is held.
    public let duration: Duration

    /// Creates a key.
    public init(_ name: String, for duration: Duration = .seconds(24 * 60 * 60)) {
        self.name = name
        self.duration = duration
    }
}
