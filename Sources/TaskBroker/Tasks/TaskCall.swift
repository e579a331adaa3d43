/// A call by name: what is known of a task whose types are not.
public struct TaskCall: Sendable, Hashable {
    /// The task's name.
    public var name: String
    /// Its arguments.
    public var arguments: TaskArguments
    /// How it is sent and run.
    public var options: TaskOptions

    /// Creates a call.
    public init(_ name: String, _ arguments: TaskArguments = .init(), options: TaskOptions = .init()) {
        self.name = name
        self.arguments = arguments
        self.options = options
    }
}
