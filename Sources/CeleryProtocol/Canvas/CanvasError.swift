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

extension CanvasError {
    static let tooDeep = CanvasError("Signatures are nested deeper than \(CanvasLimits.maximumDepth) levels.")
    static let tooLarge = CanvasError("A canvas has more than \(CanvasLimits.maximumCount) signatures.")
    static let tooManyMessages = CanvasError(
        """
        A canvas sends more than \(CanvasLimits.maximumMessages) messages at once: \
        put several calls into each message with chunks, or send several groups.
        """
    )
    static let tooRepetitive = CanvasError(
        "The messages of a canvas would repeat more than \(CanvasLimits.maximumRepetition >> 20) MiB."
    )
    static let tooManyStamps = CanvasError("A task has more than \(CanvasLimits.maximumStamps) stamps.")
    static let emptyChain = CanvasError("A chain without tasks has no result.")
}
