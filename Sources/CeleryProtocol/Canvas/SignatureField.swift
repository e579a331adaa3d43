/// The names of a signature's members, and of the members of `kwargs` that hold the structure of a composition.
package enum SignatureField {
    package static let task = "task"
    package static let args = "args"
    package static let kwargs = "kwargs"
    package static let options = "options"
    package static let subtaskType = "subtask_type"
    package static let immutable = "immutable"

    /// The parts of a chain or a group.
    package static let tasks = "tasks"
    /// The parts of a chord.
    package static let header = "header"
    package static let body = "body"
    /// The items of a map, and of chunks with their size.
    package static let items = "it"
    package static let size = "n"
}
