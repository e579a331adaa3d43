/// A call not yet made, or a composition of such calls, with its types erased: what travels in messages.
///
/// The JSON form of celery-wire §7.1. A node that was frozen carries its ids in ``options``, so that a client knows what to wait for
/// before anything is sent; an id that is there is kept.
public struct SignatureNode: Hashable, Sendable {
    /// What is called.
    public var kind: Kind
    /// Positional arguments; what a predecessor returns is put before them.
    public var args: [JSONValue]
    /// Keyword arguments; of a composition, those that are not its structure.
    public var kwargs: [String: JSONValue]
    /// Execution options by their names on the wire, such as `task_id`, `queue` and `link`.
    public var options: [String: JSONValue]
    /// Whether the result of a predecessor is ignored.
    public var isImmutable: Bool

    /// Creates a node.
    public init(
        _ kind: Kind,
        args: [JSONValue] = [],
        kwargs: [String: JSONValue] = [:],
        options: [String: JSONValue] = [:],
        isImmutable: Bool = false
    ) {
        self.kind = kind
        self.args = args
        self.kwargs = kwargs
        self.options = options
        self.isImmutable = isImmutable
    }
}

extension SignatureNode {
    /// What a signature calls.
    public indirect enum Kind: Hashable, Sendable {
        /// One task, by name; `celery.map` and `celery.starmap` are tasks as well.
        case task(String)
        /// One after the other, each with the result of the one before.
        case chain([SignatureNode])
        /// All at once.
        case group([SignatureNode])
        /// A body that is called with the results of a header, which is a group.
        case chord(header: SignatureNode, body: SignatureNode)
        /// A task over many lists of arguments, `size` of them per message.
        case chunks(task: SignatureNode, items: [JSONValue], size: Int)
    }
}
