package import CeleryProtocol
package import TaskBroker

/// One line of `send --from`: a task to send, as JSON.
///
/// Without a task's name on the command line, an object with `task` and, if wanted, `args`, `kwargs`, `queue`, `exchange`,
/// `routing_key`, `countdown`, `eta`, `expires`, `priority`, `id` and `unique`. With a name, an array is the positional and an
/// object the keyword arguments of one call.
package enum CallLine {
    /// Reads one line.
    ///
    /// - Parameters:
    ///   - task: The task of the command line, if one was named.
    ///   - options: What the options of the command line say; a member of the line counts more.
    /// - Throws: ``CommandError``, whose message is the end of a sentence that begins with the line's number.
    package static func call(
        _ bytes: [UInt8],
        task: String?,
        options: TaskOptions,
        now: Timestamp
    ) throws(CommandError) -> TaskCall {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw CommandError(.rejected, "not JSON: \(error)")
        }
        return try self.call(value, task: task, options: options, now: now)
    }

    /// Makes the call of what a line says.
    static func call(
        _ value: JSONValue,
        task: String?,
        options: TaskOptions,
        now: Timestamp
    ) throws(CommandError) -> TaskCall {
        switch (value, task) {
        case (.array(let values), let task?):
            return TaskCall(task, TaskArguments(values), options: options)
        case (.object(let members), let task?):
            return TaskCall(task, TaskArguments([], members), options: options)
        case (.object(let members), nil):
            return try self.call(Fields(members), options: options, now: now)
        case (_, _?):
            throw CommandError(.rejected, "an array of positional or an object of keyword arguments was expected")
        case (_, nil):
            throw CommandError(.rejected, "an object such as {\"task\": \"tasks.add\", \"args\": [2, 2]} was expected")
        }
    }

    private static func call(
        _ fields: Fields,
        options: TaskOptions,
        now: Timestamp
    ) throws(CommandError) -> TaskCall {
        try fields.refuseUnknown()
        guard let name = try fields.text("task") else {
            throw CommandError(.rejected, "the member 'task' is missing")
        }
        var options = options
        if let queue = try fields.text("queue") {
            (options.queue, options.exchange, options.routingKey) = (queue, nil, nil)
        }
        if let exchange = try fields.text("exchange") {
            (options.exchange, options.queue) = (exchange, nil)
        }
        options.routingKey = try fields.text("routing_key") ?? options.routingKey
        if let countdown = try fields.seconds("countdown") { (options.countdown, options.eta) = (countdown, nil) }
        if let eta = try fields.moment("eta") { (options.eta, options.countdown) = (eta.date, nil) }
        if let deadline = try fields.deadline("expires") { options.expires = deadline.duration(from: now) }
        options.priority = try fields.priority("priority") ?? options.priority
        options.taskID = try fields.text("id") ?? options.taskID
        if let key = try fields.text("unique") { options.unique = UniqueKey(key) }
        return TaskCall(name, TaskArguments(try fields.array("args"), try fields.object("kwargs")), options: options)
    }
}
