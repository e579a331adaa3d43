public import CeleryProtocol

/// The positional and keyword arguments of one invocation, as they travel.
public struct TaskArguments: Hashable, Sendable {
    /// `args` on the wire.
    public var positional: [JSONValue]
    /// `kwargs` on the wire.
    public var keyword: [String: JSONValue]

    /// Creates arguments.
    public init(_ positional: [JSONValue] = [], _ keyword: [String: JSONValue] = [:]) {
        self.positional = positional
        self.keyword = keyword
    }
}
