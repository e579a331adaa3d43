/// How many parts a chord waits for: `celery-taskset-meta-<group id>.s`.
package struct ChordStart: Hashable, Sendable {
    package var groupID: String
    package var size: Int

    package init(groupID: String, size: Int) {
        self.groupID = groupID
        self.size = size
    }
}
