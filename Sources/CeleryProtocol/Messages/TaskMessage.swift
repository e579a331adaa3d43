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
