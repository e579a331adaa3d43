/// One message that a plan sends; routing, times and reprs are left to the app.
package struct CanvasCall: Hashable, Sendable {
    /// The name of the task.
    package var task: String
    package var args: [JSONValue]
    package var kwargs: [String: JSONValue]
    /// The delivery and execution options by their names on the wire, without `link`, `link_error`, `chain` and `chord`.
    ///
    /// `task_id` and `root_id` are always there, `null` never. A stamp is an option of its name.
    package var options: [String: JSONValue]
    /// What follows the task.
    package var embed: TaskEmbed

    package init(
        task: String,
        args: [JSONValue] = [],
        kwargs: [String: JSONValue] = [:],
        options: [String: JSONValue] = [:],
        embed: TaskEmbed = TaskEmbed()
    ) {
        self.task = task
        self.args = args
        self.kwargs = kwargs
        self.options = options
        self.embed = embed
    }
}

extension CanvasCall {
    /// The name by which the message is routed: of a map, the task that is mapped.
    package var routingName: String {
        guard self.task == CanvasTask.map || self.task == CanvasTask.starmap else { return self.task }
        return self.kwargs[SignatureField.task]?[SignatureField.task]?.stringValue ?? self.task
    }
}
