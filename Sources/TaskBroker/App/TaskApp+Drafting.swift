import CeleryProtocol

extension TaskApp {
    /// Builds the message of a call: options, route, ids and times.
    func draft(_ call: TaskCall) throws -> MessageDraft {
        try self.draft(call, CallOptions(), TaskEmbed(call.options))
    }

    /// Builds one message of a canvas.
    func draft(_ call: CanvasCall) throws -> MessageDraft {
        let lineage = try CallOptions(call.options)
        let options = TaskOptions(lineage)
        let arguments = TaskArguments(call.args, call.kwargs)
        let task = TaskCall(call.task, arguments, options: options)
        return try self.draft(task, lineage, call.embed, routedAs: call.routingName)
    }

    /// - Parameters:
    ///   - lineage: What only a canvas says: group, parents, absolute times, stamps.
    ///   - name: The task whose route the message takes, by default the one that is called.
    private func draft(
        _ call: TaskCall,
        _ lineage: CallOptions,
        _ embed: TaskEmbed,
        routedAs name: String? = nil
    ) throws -> MessageDraft {
        try Self.validate(call)
        var options = call.options
        if let task = self.task(named: call.name) { options = options.inheriting(from: task.options) }
        // Routes come before the app's defaults, which the router knows as its last route.
        let (destination, routedPriority) = try self.router.destination(
            task: name ?? call.name,
            options: RouteTarget(options)
        )
        options = options.inheriting(from: self.configuration.taskDefaults)
        try options.durability?.validate()
        let priority = routedPriority ?? options.priority
        let headers = self.headers(call, options, lineage)
        let properties = MessageProperties(
            deliveryTag: Identifier.uuid4(),
            routingKey: destination.routingKey,
            exchange: destination.exchange,
            correlationID: headers.id,
            replyTo: lineage.replyTo ?? self.origin.replyTo,
            priority: priority ?? 0,
            // kombu writes it beside the header; on Redis nobody reads it.
            expiration: options.expires.map { String($0.inMilliseconds) },
            custom: lineage.properties
        )
        let message = TaskMessage(
            headers: headers,
            properties: properties,
            args: call.arguments.positional,
            kwargs: call.arguments.keyword,
            embed: embed
        )
        return MessageDraft(
            message: message,
            destination: destination,
            priority: priority ?? 0,
            unique: options.unique,
            durability: options.durability ?? .acknowledged,
            publishRetry: options.publishRetry
        )
    }

    private func headers(_ call: TaskCall, _ options: TaskOptions, _ lineage: CallOptions) -> TaskHeaders {
        let now = self.clock()
        let id = options.taskID ?? Identifier.uuid4()
        let parent = TaskContext.current
        var custom = options.headers
        if let retry = options.retry { custom[RetrySchedule.headerName] = retry.headerValue }
        var expires = options.expires.map(now.adding)
        if case .at(let time) = lineage.expires { expires = time }
        return TaskHeaders(
            task: call.name,
            id: id,
            shadow: lineage.shadow,
            eta: lineage.eta ?? options.eta.map(Timestamp.init) ?? options.countdown.map(now.adding),
            expires: expires,
            group: lineage.groupID,
            groupIndex: lineage.groupIndex,
            retries: lineage.retries ?? 0,
            timeLimit: options.timeLimit?.inSeconds,
            softTimeLimit: options.softTimeLimit?.inSeconds,
            rootID: lineage.rootID ?? parent?.rootID ?? id,
            parentID: lineage.parentID ?? parent?.id,
            argsrepr: lineage.argsrepr ?? PythonRepr.tuple(call.arguments.positional),
            kwargsrepr: lineage.kwargsrepr ?? PythonRepr.dictionary(call.arguments.keyword),
            origin: self.origin.name,
            // Of a task that is defined elsewhere only its worker knows whether it ignores its result; Celery writes null, too.
            ignoreResult: options.ignoresResult ?? (self.task(named: call.name) == nil ? nil : false),
            replacedTaskNesting: lineage.replacedTaskNesting ?? 0,
            stampedHeaders: lineage.stampedHeaders,
            stamps: lineage.stamps,
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

extension TaskEmbed {
    /// What follows a single call.
    fileprivate init(_ options: TaskOptions) {
        self.init(
            callbacks: options.link.isEmpty ? nil : options.link.map(\.json),
            errbacks: options.linkError.isEmpty ? nil : options.linkError.map(\.json)
        )
    }
}

extension TaskOptions {
    /// The options of a signature that a call has as well; absolute times and the lineage are left out.
    init(_ options: CallOptions) {
        self.init(
            countdown: options.countdown.map { Duration(inSeconds: $0) },
            queue: options.queue,
            exchange: options.exchange,
            routingKey: options.routingKey,
            priority: options.priority,
            timeLimit: options.timeLimit.map { Duration(inSeconds: $0) },
            softTimeLimit: options.softTimeLimit.map { Duration(inSeconds: $0) },
            ignoresResult: options.ignoreResult,
            taskID: options.taskID,
            headers: options.headers
        )
        if case .after(let seconds) = options.expires { self.expires = Duration(inSeconds: seconds) }
        // An absolute start wins over a task's own countdown.
        if let eta = options.eta { self.eta = eta.date }
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
