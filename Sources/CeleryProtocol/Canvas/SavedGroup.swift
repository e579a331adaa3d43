/// The members of a group, to be found under its id: `celery-taskset-meta-<group id>`.
package struct SavedGroup: Hashable, Sendable {
    /// The group with its members.
    package var node: ResultNode

    package init(node: ResultNode) {
        self.node = node
    }
}

extension SavedGroup {
    private static let result = "result"

    /// Reads a saved group; `nil` if it is malformed.
    package init?(json: JSONValue) {
        guard let node = json[Self.result].flatMap({ ResultNode(json: $0) }), node.children != nil else { return nil }
        self.node = node
    }

    /// The group as it is saved: `{"result": <tuple>}`.
    package var json: JSONValue {
        .object([Self.result: self.node.json])
    }
}
