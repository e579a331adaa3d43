/// The id of a result with what came before it and what belongs to it, as a value.
///
/// Celery's result tuples (celery-wire §5.5): `[[id, parent], null]` for a task, `[[id, parent], [child, …]]` for a group.
public struct ResultNode: Hashable, Sendable {
    /// The id of the task or of the group.
    public var id: String
    /// The members of a group; `nil` for a task.
    public var children: [ResultNode]?
    /// The parent, if there is one: a struct cannot hold a value of its own type, an array of it can.
    private var parents: [ResultNode]

    /// Creates a node.
    public init(id: String, parent: ResultNode? = nil, children: [ResultNode]? = nil) {
        self.id = id
        self.children = children
        self.parents = parent.map { [$0] } ?? []
    }
}

extension ResultNode {
    /// The result that this one continues: of the task before it in a chain, of a chord's header.
    public var parent: ResultNode? {
        get { self.parents.first }
        set { self.parents = newValue.map { [$0] } ?? [] }
    }
}
