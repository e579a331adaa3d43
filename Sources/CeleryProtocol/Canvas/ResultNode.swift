/// The id of a result with what came before it and what belongs to it, as a value.
///
/// Celery's result tuples (celery-wire §5.5): `[[id, parent], null]` for a task, `[[id, parent], [child, …]]` for a group.
public struct ResultNode: Hashable, Sendable {
    /// The id of the task or of the group.
    public var id: String
    /// The members of a group; `nil` for a task.
    public var children: [ResultNode]?
    /// The parent, its parent and so on.
    ///
    /// Flat, because a chain of ten thousand tasks is as many generations: nested values would be released recursively.
    var ancestors: ArraySlice<Ancestor>

    /// Creates a node.
    public init(id: String, parent: ResultNode? = nil, children: [ResultNode]? = nil) {
        self.id = id
        self.children = children
        self.ancestors = []
        self.parent = parent
    }

    /// A result without those before it.
    struct Ancestor: Hashable, Sendable {
        var id: String
        var children: [ResultNode]?
    }
}

extension ResultNode {
    /// The result that this one continues: of the task before it in a chain, of a chord's header.
    public var parent: ResultNode? {
        get {
            guard let nearest = self.ancestors.first else { return nil }
            var parent = ResultNode(id: nearest.id, children: nearest.children)
            parent.ancestors = self.ancestors.dropFirst()
            return parent
        }
        set {
            self.ancestors = []
            if let newValue {
                self.attach(newValue)
            }
        }
    }

    /// Makes a result the parent of the first one in this one's ancestry, or of this one if it has no parent.
    ///
    /// The first task of a chord's body that is a chain continues the header, not the body's last task.
    mutating func attach(_ node: ResultNode) {
        self.ancestors.append(Ancestor(id: node.id, children: node.children))
        self.ancestors.append(contentsOf: node.ancestors)
    }

    /// The ids of the tasks in this node: its own, or those of a group's members at any depth, in order.
    package var taskIDs: [String] {
        guard let children = self.children else { return [self.id] }
        return children.flatMap(\.taskIDs)
    }
}
