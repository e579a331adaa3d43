/// What is to happen after a task: signatures that travel in the body of its message.
public struct TaskEmbed: Hashable, Sendable {
    /// Signatures to apply with the result when the task succeeds.
    public var callbacks: [JSONValue]?
    /// Signatures to apply when the task fails.
    public var errbacks: [JSONValue]?
    /// The rest of the chain, the next task last.
    public var chain: [JSONValue]?
    /// The body of the chord that the task is a header task of.
    public var chord: JSONValue?
    /// Members that this version does not know.
    public var custom: [String: JSONValue]

    /// Creates the embed of a task; without arguments, that of a task after which nothing follows.
    public init(
        callbacks: [JSONValue]? = nil,
        errbacks: [JSONValue]? = nil,
        chain: [JSONValue]? = nil,
        chord: JSONValue? = nil,
        custom: [String: JSONValue] = [:]
    ) {
        self.callbacks = callbacks
        self.errbacks = errbacks
        self.chain = chain
        self.chord = chord
        self.custom = custom
    }
}

extension TaskEmbed {
    /// Whether nothing follows the task.
    package var isEmpty: Bool {
        self.callbacks?.isEmpty ?? true && self.errbacks?.isEmpty ?? true && self.chain?.isEmpty ?? true
            && self.chord?.isNull ?? true
    }
}
