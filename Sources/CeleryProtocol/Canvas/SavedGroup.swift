/// The members of a group, to be found under its id: `celery-taskset-meta-<group id>`.
package struct SavedGroup: Hashable, Sendable {
    /// The group with its members.
    package var node: ResultNode

    package init(node: ResultNode) {
        self.node = node
    }
}
