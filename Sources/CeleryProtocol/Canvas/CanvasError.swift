/// A signature that cannot be read or applied.
public struct CanvasError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, for a person to read.
    public let message: String

    /// Creates an error.
    public init(_ message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { self.message }
}
