import CeleryProtocol

extension TaskApp {
    /// Builds the message of a call: options, route, ids and times.
    func draft(_ call: TaskCall) throws -> MessageDraft {
        try self.drafts(of: [call])[0]
    }

    /// Builds the messages of calls; those that follow each other share what they have in common, and the moment from which times count.
    func drafts(of calls: [TaskCall]) throws -> [MessageDraft] {
        var drafts: [MessageDraft] = []
        drafts.reserveCapacity(calls.count)
        var last: (call: TaskCall, form: MessageForm)?
        var generator = PooledRandomNumberGenerator()
        for call in calls {
            let form =
                if let last, call.hasForm(of: last.call) { last.form } else { try self.form(call.name, call.options) }
            last = (call, form)
            drafts.append(try form.draft(call.arguments, id: call.options.taskID, using: &generator))
        }
        return drafts
    }

    /// Builds the message of one call.
    func draft(
        of name: String,
        _ arguments: TaskArguments,
        _ options: TaskOptions?,
        _ latest: LatestForm
    ) throws -> MessageDraft {
        let form = try self.form(name, options, latest)
        var generator = PooledRandomNumberGenerator()
        return try form.draft(arguments, id: options?.taskID, using: &generator)
    }

    /// Builds the messages of calls of one task with the same options.
    func drafts(
        of name: String,
        _ arguments: [TaskArguments],
        _ options: TaskOptions,
        _ latest: LatestForm
    ) throws -> [MessageDraft] {
        guard !arguments.isEmpty else { return [] }
        let form = try self.form(name, options, latest)
        var generator = PooledRandomNumberGenerator()
        return try arguments.map { try form.draft($0, id: options.taskID, using: &generator) }
    }

    /// The form of the task's latest call, if this one has the same, or a new one.
    private func form(_ name: String, _ options: TaskOptions?, _ latest: LatestForm) throws -> MessageForm {
        // What a task sends names it.
        guard TaskContext.current == nil else { return try self.form(name, options ?? .init()) }
        if let form = latest.form(for: options) { return form }
        let form = try self.form(name, options ?? .init())
        if form.isLasting, options?.hasNamesOnly ?? true { latest.store(form, of: options) }
        return form
    }

    /// Builds one message of a canvas.
    func draft(_ call: CanvasCall) throws -> MessageDraft {
        let lineage = try CallOptions(call.options)
        let options = TaskOptions(lineage)
        let form = try self.form(call.task, options, lineage, call.embed, routedAs: call.routingName)
        var generator = PooledRandomNumberGenerator()
        return try form.draft(TaskArguments(call.args, call.kwargs), id: options.taskID, using: &generator)
    }

    private func form(_ name: String, _ options: TaskOptions) throws -> MessageForm {
        try self.form(name, options, CallOptions(), TaskEmbed(options))
    }

    /// Finds what the messages of calls with the same task and options have in common.
    ///
    /// - Parameters:
    ///   - lineage: What only a canvas says: group, parents, absolute times, stamps.
    ///   - routed: The task whose route the messages take, by default the one that is called.
    private func form(
        _ name: String,
        _ options: TaskOptions,
        _ lineage: CallOptions,
        _ embed: TaskEmbed,
        routedAs routed: String? = nil
    ) throws -> MessageForm {
        try Self.validate(name)
        let task = self.task(named: name)
        var options = options
        if let task { options = options.inheriting(from: task.options) }
        // Routes come before the app's defaults, which the router knows as its last route.
        let (destination, routedPriority) = try self.router.destination(
            task: routed ?? name,
            options: RouteTarget(options)
        )
        options = options.inheriting(from: self.configuration.taskDefaults)
        try options.durability?.validate()
        let priority = routedPriority ?? options.priority ?? 0
        let headers = self.headers(name, options, lineage, isDefinedHere: task != nil)
        let properties = MessageProperties(
            deliveryTag: "",
            routingKey: destination.routingKey,
            exchange: destination.exchange,
            correlationID: headers.id,
            replyTo: lineage.replyTo ?? self.origin.replyTo,
            priority: priority,
            // kombu writes it beside the header; on Redis nobody reads it.
            expiration: options.expires.map { String($0.inMilliseconds) },
            custom: lineage.properties
        )
        return MessageForm(
            TaskMessage(headers: headers, properties: properties, embed: embed),
            destination: destination,
            priority: priority,
            unique: options.unique,
            durability: options.durability ?? .acknowledged,
            publishRetry: options.publishRetry,
            isLasting: self.router.isFixed && headers.parentID == nil && headers.eta == nil && headers.expires == nil
        )
    }

    /// The headers but for what differs from call to call.
    private func headers(
        _ name: String,
        _ options: TaskOptions,
        _ lineage: CallOptions,
        isDefinedHere: Bool
    ) -> TaskHeaders {
        let now = self.clock()
        let parent = TaskContext.current
        var custom = options.headers
        if let retry = options.retry { custom[RetrySchedule.headerName] = retry.headerValue }
        var expires = options.expires.map(now.adding)
        if case .at(let time) = lineage.expires { expires = time }
        return TaskHeaders(
            task: name,
            id: "",
            shadow: lineage.shadow,
            eta: lineage.eta ?? options.eta.map(Timestamp.init) ?? options.countdown.map(now.adding),
            expires: expires,
            group: lineage.groupID,
            groupIndex: lineage.groupIndex,
            retries: lineage.retries ?? 0,
            timeLimit: options.timeLimit?.inSeconds,
            softTimeLimit: options.softTimeLimit?.inSeconds,
            rootID: lineage.rootID ?? parent?.rootID,
            parentID: lineage.parentID ?? parent?.id,
            argsrepr: lineage.argsrepr,
            kwargsrepr: lineage.kwargsrepr,
            origin: self.origin.name,
            // Of a task that is defined elsewhere only its worker knows whether it ignores its result; Celery writes null, too.
            ignoreResult: options.ignoresResult ?? (isDefinedHere ? false : nil),
            replacedTaskNesting: lineage.replacedTaskNesting ?? 0,
            stampedHeaders: lineage.stampedHeaders,
            stamps: lineage.stamps,
            custom: custom
        )
    }

    /// Refuses what would make a message that others choke on.
    private static func validate(_ name: String) throws {
        do {
            try NameRules.validate(task: name)
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
