extension CallOptions {
    /// Names that a signature may carry but that mean nothing to a receiver (celery-wire §7.1), and those of its structure.
    private static let dropped: Set<String> = [
        "add_to_parent", "producer", "router", "result_cls", "connection", "task_type", "publisher", "link",
        "link_error",
        "chain", "chord", "serializer", "compression", "delivery_mode", "retry", "retry_policy", "exchange_type",
    ]

    /// Reads options by their names on the wire; those that are `null` count as not given.
    ///
    /// - Throws: ``CanvasError`` for an option of a wrong type that decides what happens to the task.
    public init(_ options: [String: JSONValue]) throws(CanvasError) {
        self.init()
        let names = options["stamped_headers"]?.arrayValue?.compactMap(\.stringValue)
        self.stampedHeaders = names
        for (name, value) in options where !value.isNull && name != "stamped_headers" {
            if let names, names.contains(name) {
                self.stamps[name] = value
            } else if !Self.dropped.contains(name) {
                try self.read(name, value)
            }
        }
    }

    private mutating func read(_ name: String, _ value: JSONValue) throws(CanvasError) {
        switch name {
        case "task_id": self.taskID = try Self.text(name, value)
        case "root_id": self.rootID = try Self.text(name, value)
        case "parent_id": self.parentID = try Self.text(name, value)
        case "group_id": self.groupID = try Self.text(name, value)
        case "group_index": self.groupIndex = try Self.integer(name, value)
        case "reply_to": self.replyTo = value.stringValue
        case "countdown": self.countdown = try Self.seconds(name, value)
        case "eta": self.eta = try Self.time(name, value)
        case "expires":
            self.expires =
                if let seconds = value.doubleValue { .after(seconds) } else { .at(try Self.time(name, value)) }
        case "retries": self.retries = max(0, try Self.integer(name, value))
        case "time_limit": self.timeLimit = try Self.seconds(name, value)
        case "soft_time_limit": self.softTimeLimit = try Self.seconds(name, value)
        case "shadow": self.shadow = value.stringValue
        case "ignore_result": self.ignoreResult = value.boolValue
        case "headers": self.headers = value.objectValue ?? [:]
        case "queue": self.queue = try Self.text(name, value)
        case "exchange": self.exchange = try Self.text(name, value)
        case "routing_key": self.routingKey = try Self.text(name, value)
        case "priority": self.priority = try Self.integer(name, value)
        case "argsrepr": self.argsrepr = value.stringValue
        case "kwargsrepr": self.kwargsrepr = value.stringValue
        case "replaced_task_nesting": self.replacedTaskNesting = max(0, try Self.integer(name, value))
        default: self.properties[name] = value
        }
    }

    private static func text(_ name: String, _ value: JSONValue) throws(CanvasError) -> String {
        guard let text = value.stringValue else { throw CanvasError("The option '\(name)' is not a string.") }
        return text
    }

    private static func integer(_ name: String, _ value: JSONValue) throws(CanvasError) -> Int {
        guard let number = value.integerValue.flatMap(Int.init(exactly:)) else {
            throw CanvasError("The option '\(name)' is not an integer.")
        }
        return number
    }

    private static func seconds(_ name: String, _ value: JSONValue) throws(CanvasError) -> Double {
        guard let seconds = value.doubleValue, seconds.isFinite else {
            throw CanvasError("The option '\(name)' is not a number of seconds.")
        }
        return seconds
    }

    private static func time(_ name: String, _ value: JSONValue) throws(CanvasError) -> Timestamp {
        guard let time = TaggedValue.timestamp(value) else {
            throw CanvasError("The option '\(name)' is not a time in ISO 8601.")
        }
        return time
    }

    /// The options by their names on the wire, without those that are left open.
    public var json: [String: JSONValue] {
        var options = self.properties
        options["task_id"] = self.taskID.map { .string($0) }
        options["root_id"] = self.rootID.map { .string($0) }
        options["parent_id"] = self.parentID.map { .string($0) }
        options["group_id"] = self.groupID.map { .string($0) }
        options["group_index"] = self.groupIndex.map { .integer(Int64($0)) }
        options["reply_to"] = self.replyTo.map { .string($0) }
        options["countdown"] = self.countdown.map { .number($0) }
        options["eta"] = self.eta.map { .string($0.iso8601) }
        switch self.expires {
        case .after(let seconds): options["expires"] = .number(seconds)
        case .at(let time): options["expires"] = .string(time.iso8601)
        case nil: break
        }
        options["retries"] = self.retries.map { .integer(Int64($0)) }
        options["time_limit"] = self.timeLimit.map { .number($0) }
        options["soft_time_limit"] = self.softTimeLimit.map { .number($0) }
        options["shadow"] = self.shadow.map { .string($0) }
        options["ignore_result"] = self.ignoreResult.map { .bool($0) }
        if !self.headers.isEmpty { options["headers"] = .object(self.headers) }
        options["queue"] = self.queue.map { .string($0) }
        options["exchange"] = self.exchange.map { .string($0) }
        options["routing_key"] = self.routingKey.map { .string($0) }
        options["priority"] = self.priority.map { .integer(Int64($0)) }
        options["argsrepr"] = self.argsrepr.map { .string($0) }
        options["kwargsrepr"] = self.kwargsrepr.map { .string($0) }
        options["replaced_task_nesting"] = self.replacedTaskNesting.map { .integer(Int64($0)) }
        options["stamped_headers"] = self.stampedHeaders.map { .array($0.map { .string($0) }) }
        options.merge(self.stamps) { _, stamp in stamp }
        return options
    }
}

extension JSONValue {
    /// A number, whole ones as an integer, as a Python program has them that says `countdown=3`.
    fileprivate static func number(_ number: Double) -> JSONValue {
        Int64(exactly: number).map { .integer($0) } ?? .double(number)
    }
}
