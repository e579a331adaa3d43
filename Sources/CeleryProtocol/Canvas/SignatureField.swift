/// The names of a signature's members, and of the members of `kwargs` that hold the structure of a composition.
enum SignatureField {
    static let task = "task"
    static let args = "args"
    static let kwargs = "kwargs"
    static let options = "options"
    static let subtaskType = "subtask_type"
    static let immutable = "immutable"

    /// The parts of a chain or a group.
    static let tasks = "tasks"
    /// The parts of a chord.
    static let header = "header"
    static let body = "body"
    /// The items of a map, and of chunks with their size.
    static let items = "it"
    static let size = "n"
}
