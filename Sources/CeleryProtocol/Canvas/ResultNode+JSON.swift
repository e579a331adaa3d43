extension ResultNode {
    /// How many ancestors are written.
    ///
    /// Each costs two levels of nesting, and readers limit those: Python by its stack, ours to 64. Nothing is joined by
    /// its ancestors.
    private static let maximumAncestors = 20

    /// Reads a result tuple: `[[id, parent], null]`, `[[id, parent], [child, …]]` or the old `[id, null]`.
    ///
    /// - Returns: `nil` for anything else, and for tuples nested deeper than 64 levels or of more than 100,000 results.
    public init?(json: JSONValue) {
        var remaining = CanvasLimits.maximumCount
        self.init(json: json, depth: 0, remaining: &remaining)
    }

    private init?(json: JSONValue, depth: Int, remaining: inout Int) {
        self.init(id: "")
        guard depth < CanvasLimits.maximumDepth, let own = Ancestor(json, depth: depth, remaining: &remaining) else {
            return nil
        }
        self.id = own.id
        self.children = own.children
        var tuple = json
        while let parent = tuple[0]?[1], !parent.isNull {
            guard let ancestor = Ancestor(parent, depth: depth, remaining: &remaining) else { return nil }
            self.ancestors.append(ancestor)
            tuple = parent
        }
    }

    /// The result tuple, with at most 20 ancestors.
    public var json: JSONValue {
        var parent = JSONValue.null
        for ancestor in self.ancestors.prefix(Self.maximumAncestors).reversed() {
            parent = Self.tuple(ancestor.id, ancestor.children, parent: parent)
        }
        return Self.tuple(self.id, self.children, parent: parent)
    }

    private static func tuple(_ id: String, _ children: [ResultNode]?, parent: JSONValue) -> JSONValue {
        .array([
            .array([.string(id), parent]),
            children.map { .array($0.map(\.json)) } ?? .null,
        ])
    }
}

extension ResultNode.Ancestor {
    /// Reads a result tuple without its parents.
    fileprivate init?(_ json: JSONValue, depth: Int, remaining: inout Int) {
        guard case .array(let tuple) = json, tuple.count == 2, remaining > 0,
            let id = tuple[0].stringValue ?? tuple[0][0]?.stringValue
        else {
            return nil
        }
        remaining -= 1
        self.init(id: id, children: nil)
        guard !tuple[1].isNull else { return }
        guard let members = tuple[1].arrayValue, members.count <= remaining else { return nil }
        var children: [ResultNode] = []
        children.reserveCapacity(members.count)
        for member in members {
            guard let child = ResultNode(json: member, depth: depth + 1, remaining: &remaining) else { return nil }
            children.append(child)
        }
        self.children = children
    }
}
