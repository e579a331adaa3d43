import CeleryProtocol

/// A message that is complete but not encoded, with where it goes.
struct MessageDraft: Sendable {
    var message: TaskMessage
    let destination: Destination
    let priority: Int
    let unique: UniqueKey?

    func replacing(_ message: TaskMessage) -> Self {
        var draft = self
        draft.message = message
        return draft
    }

    var publication: Publication {
        Publication(
            destination: self.destination,
            priority: self.priority,
            payload: self.message.encoded(),
            unique: self.unique.map { .init(key: $0, taskID: self.message.headers.id) }
        )
    }
}

extension TaskApp {
    /// Builds the message of a call: options, route, ids and times.
    func draft(_ call: TaskCall) throws -> MessageDraft {
        try Self.validate(call)
        var options = call.options
        if let task = self.task(named: call.name) { options = options.inheriting(from: task.options) }
        // Routes come before the app's defaults, which the router knows as its last route.
        let (destination, routedPriority) = try self.router.destination(task: call.name, options: RouteTarget(options))
        options = options.inheriting(from: self.configuration.taskDefaults)
        let priority = routedPriority ?? options.priority
        let headers = self.headers(call, options)
        let properties = MessageProperties(
            deliveryTag: Identifier.uuid4(),
            routingKey: destination.routingKey,
            exchange: destination.exchange,
            correlationID: headers.id,
            replyTo: self.origin.replyTo,
            priority: priority ?? 0,
            // kombu writes it beside the header; on Redis nobody reads it.
            expiration: options.expires.map { String($0.inMilliseconds) }
        )
        let message = TaskMessage(
            headers: headers,
            properties: properties,
            args: call.arguments.positional,
            kwargs: call.arguments.keyword
        )
        return MessageDraft(message: message, destination: destination, priority: priority ?? 0, unique: options.unique)
    }

    private func headers(_ call: TaskCall, _ options: TaskOptions) -> TaskHeaders {
        let now = self.clock()
        let id = options.taskID ?? Identifier.uuid4()
        let parent = TaskContext.current
        var custom = options.headers
        if let retry = options.retry { custom[RetrySchedule.headerName] = retry.headerValue }
        return TaskHeaders(
            task: call.name,
            id: id,
            eta: options.eta.map(Timestamp.init) ?? options.countdown.map(now.adding),
            expires: options.expires.map(now.adding),
            timeLimit: options.timeLimit?.inSeconds,
            softTimeLimit: options.softTimeLimit?.inSeconds,
            rootID: parent?.rootID ?? id,
            parentID: parent?.id,
            argsrepr: PythonRepr.tuple(call.arguments.positional),
            kwargsrepr: PythonRepr.dictionary(call.arguments.keyword),
            origin: self.origin.name,
            // Of a task that is defined elsewhere only its worker knows whether it ignores its result; Celery writes null, too.
            ignoreResult: options.ignoresResult ?? (self.task(named: call.name) == nil ? nil : false),
            custom: custom
        )
    }

    /// Refuses what would make a message that others choke on.
    private static func validate(_ call: TaskCall) throws {
        do {
            try NameRules.validate(task: call.name)
            if let id = call.options.taskID { try NameRules.validate(id: id) }
        } catch {
            throw TaskBrokerError(.invalidConfiguration, error.message)
        }
    }
}

extension RouteTarget {
    /// What options say about where a message goes.
    init(_ options: TaskOptions) {
        self.init(
            queue: options.queue,
            exchange: options.exchange,
            routingKey: options.routingKey,
            priority: options.priority
        )
    }
}
