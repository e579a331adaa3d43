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

/// A task message, complete with its arguments.
public struct TaskMessage: Hashable, Sendable {
    /// The headers.
    public var headers: TaskHeaders
    /// The properties.
    public var properties: MessageProperties
    /// The positional arguments.
    public var args: [JSONValue]
    /// The keyword arguments.
    public var kwargs: [String: JSONValue]
    /// What follows the task.
    public var embed: TaskEmbed

    /// Creates a message.
    public init(
        headers: TaskHeaders,
        properties: MessageProperties,
        args: [JSONValue] = [],
        kwargs: [String: JSONValue] = [:],
        embed: TaskEmbed = TaskEmbed()
    ) {
        self.headers = headers
        self.properties = properties
        self.args = args
        self.kwargs = kwargs
        self.embed = embed
    }
}

/// The body of a task message.
package struct TaskBody: Hashable, Sendable {
    /// The positional arguments.
    package var args: [JSONValue]
    /// The keyword arguments.
    package var kwargs: [String: JSONValue]
    /// What follows the task.
    package var embed: TaskEmbed

    /// Creates a body.
    package init(args: [JSONValue] = [], kwargs: [String: JSONValue] = [:], embed: TaskEmbed = TaskEmbed()) {
        self.args = args
        self.kwargs = kwargs
        self.embed = embed
    }
}
