extension CallOptions {
    /// What a signature may carry and no message does (celery-wire §7.1).
    private static let dropped = SignatureOption.local.union(SignatureOption.sending).union(SignatureOption.embedded)

    /// Reads options by their names on the wire; those that are `null` count as not given.
    ///
    /// - Throws: ``CanvasError`` for an option of a wrong type that decides what happens to the task, and for more than
    ///   a thousand stamps.
    public init(_ options: [String: JSONValue]) throws(CanvasError) {
        self.init()
        let names = options[SignatureOption.stampedHeaders]?.arrayValue?.compactMap(\.stringValue)
        guard names?.count ?? 0 <= CanvasLimits.maximumStamps else { throw .tooManyStamps }
        self.stampedHeaders = names
        let stamped = Set(names ?? [])
        for (name, value) in options where !value.isNull && name != SignatureOption.stampedHeaders {
            if stamped.contains(name) {
                self.stamps[name] = value
            } else if !Self.dropped.contains(name) {
                try self.read(name, value)
            }
        }
    }

    private mutating func read(_ name: String, _ value: JSONValue) throws(CanvasError) {
        switch name {
        case SignatureOption.taskID: self.taskID = try Self.text(name, value)
        case SignatureOption.rootID: self.rootID = try Self.text(name, value)
        case SignatureOption.parentID: self.parentID = try Self.text(name, value)
        case SignatureOption.groupID: self.groupID = try Self.text(name, value)
        case SignatureOption.groupIndex: self.groupIndex = try Self.integer(name, value)
        case SignatureOption.replyTo: self.replyTo = value.stringValue
        case SignatureOption.countdown: self.countdown = try Self.seconds(name, value)
        case SignatureOption.eta: self.eta = try Self.time(name, value)
        case SignatureOption.expires:
            self.expires =
                if let seconds = value.doubleValue { .after(seconds) } else { .at(try Self.time(name, value)) }
        case SignatureOption.retries: self.retries = max(0, try Self.integer(name, value))
        case SignatureOption.timeLimit: self.timeLimit = try Self.seconds(name, value)
        case SignatureOption.softTimeLimit: self.softTimeLimit = try Self.seconds(name, value)
        case SignatureOption.shadow: self.shadow = value.stringValue
        case SignatureOption.ignoreResult: self.ignoreResult = value.boolValue
        case SignatureOption.headers: self.headers = value.objectValue ?? [:]
        case SignatureOption.queue: self.queue = try Self.text(name, value)
        case SignatureOption.exchange: self.exchange = try Self.text(name, value)
        case SignatureOption.routingKey: self.routingKey = try Self.text(name, value)
        case SignatureOption.priority: self.priority = try Self.integer(name, value)
        case SignatureOption.argsrepr: self.argsrepr = value.stringValue
        case SignatureOption.kwargsrepr: self.kwargsrepr = value.stringValue
        case SignatureOption.replacedTaskNesting: self.replacedTaskNesting = max(0, try Self.integer(name, value))
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
        options[SignatureOption.taskID] = self.taskID.map { .string($0) }
        options[SignatureOption.rootID] = self.rootID.map { .string($0) }
        options[SignatureOption.parentID] = self.parentID.map { .string($0) }
        options[SignatureOption.groupID] = self.groupID.map { .string($0) }
        options[SignatureOption.groupIndex] = self.groupIndex.map { .integer(Int64($0)) }
        options[SignatureOption.replyTo] = self.replyTo.map { .string($0) }
        options[SignatureOption.countdown] = self.countdown.map { .number($0) }
        options[SignatureOption.eta] = self.eta.map { .string($0.iso8601) }
        switch self.expires {
        case .after(let seconds): options[SignatureOption.expires] = .number(seconds)
        case .at(let time): options[SignatureOption.expires] = .string(time.iso8601)
        case nil: break
        }
        options[SignatureOption.retries] = self.retries.map { .integer(Int64($0)) }
        options[SignatureOption.timeLimit] = self.timeLimit.map { .number($0) }
        options[SignatureOption.softTimeLimit] = self.softTimeLimit.map { .number($0) }
        options[SignatureOption.shadow] = self.shadow.map { .string($0) }
        options[SignatureOption.ignoreResult] = self.ignoreResult.map { .bool($0) }
        if !self.headers.isEmpty { options[SignatureOption.headers] = .object(self.headers) }
        options[SignatureOption.queue] = self.queue.map { .string($0) }
        options[SignatureOption.exchange] = self.exchange.map { .string($0) }
        options[SignatureOption.routingKey] = self.routingKey.map { .string($0) }
        options[SignatureOption.priority] = self.priority.map { .integer(Int64($0)) }
        options[SignatureOption.argsrepr] = self.argsrepr.map { .string($0) }
        options[SignatureOption.kwargsrepr] = self.kwargsrepr.map { .string($0) }
        options[SignatureOption.replacedTaskNesting] = self.replacedTaskNesting.map { .integer(Int64($0)) }
        options[SignatureOption.stampedHeaders] = self.stampedHeaders.map { .array($0.map { .string($0) }) }
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
