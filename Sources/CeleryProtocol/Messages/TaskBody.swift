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
