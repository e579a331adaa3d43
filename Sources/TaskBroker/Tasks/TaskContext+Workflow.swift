public import CeleryProtocol

// What a canvas has given to the task on its way.
extension TaskContext {
    /// The id of the group, or of the header of a chord, that this task is a part of.
    public var groupID: String? { self.request.headers.group }

    /// The place of this task in its group, from 0.
    public var groupIndex: Int? { self.request.headers.groupIndex }

    /// What the producer has stamped on the message, by name.
    public var stamps: [String: JSONValue] {
        let names = Set(self.request.headers.stampedHeaders ?? [])
        return self.request.headers.stamps.filter { names.contains($0.key) }
    }
}
