extension EventDocument {
    /// `task-sent`, from a producer.
    ///
    /// - Parameters:
    ///   - queue: The queue if the message went straight to one.
    ///   - exchange: The exchange; empty for a queue's own.
    ///   - routingKey: The routing key.
    package static func taskSent(
        _ stamp: EventStamp,
        _ headers: TaskHeaders,
        queue: String?,
        exchange: String,
        routingKey: String
    ) -> Self {
        var fields = headers.eventFields(name: headers.task)
        fields[.queue] = queue.map(JSONValue.string) ?? .null
        fields[.exchange] = .string(exchange)
        fields[.routingKey] = .string(routingKey)
        return Self(.taskSent, stamp, task: fields)
    }

    /// `task-received`: the only event of a worker with the name and the arguments.
    package static func taskReceived(_ stamp: EventStamp, _ headers: TaskHeaders) -> Self {
        Self(.taskReceived, stamp, task: headers.eventFields(name: headers.shadow ?? headers.task))
    }

    /// `task-started`.
    package static func taskStarted(_ stamp: EventStamp, id: String) -> Self {
        Self(.taskStarted, stamp, task: [.uuid: .string(id)])
    }

    /// `task-succeeded`.
    ///
    /// - Parameters:
    ///   - result: The value; it travels as text in Python's notation, cut like arguments.
    ///   - runtime: How many seconds it ran.
    package static func taskSucceeded(_ stamp: EventStamp, id: String, result: JSONValue, runtime: Double) -> Self {
        Self(
            .taskSucceeded,
            stamp,
            task: [
                .uuid: .string(id), .result: .string(PythonRepr.display(result)), .runtime: .double(runtime),
            ]
        )
    }

    /// `task-failed`.
    package static func taskFailed(
        _ stamp: EventStamp,
        id: String,
        _ exception: ExceptionDocument,
        traceback: String?
    ) -> Self {
        Self(.taskFailed, stamp, task: Self.exceptionFields(id: id, exception, traceback: traceback))
    }

    /// `task-retried`.
    ///
    /// - Parameter cause: Why; `nil` if the task asked for it without an error.
    package static func taskRetried(
        _ stamp: EventStamp,
        id: String,
        cause: ExceptionDocument?,
        traceback: String?
    ) -> Self {
        Self(.taskRetried, stamp, task: Self.exceptionFields(id: id, cause, traceback: traceback))
    }

    /// `task-revoked`.
    ///
    /// - Parameters:
    ///   - isTerminated: Whether it was running.
    ///   - signal: The name or number of the signal that it was terminated with, as text.
    ///   - isExpired: Whether nobody revoked it, but its time was over.
    package static func taskRevoked(
        _ stamp: EventStamp,
        id: String,
        isTerminated: Bool,
        signal: String?,
        isExpired: Bool
    ) -> Self {
        Self(
            .taskRevoked,
            stamp,
            task: [
                .uuid: .string(id),
                .terminated: .bool(isTerminated),
                .signal: signal.map(JSONValue.string) ?? .null,
                .expired: .bool(isExpired),
            ]
        )
    }

    /// `task-rejected`.
    package static func taskRejected(_ stamp: EventStamp, id: String, requeue: Bool) -> Self {
        Self(.taskRejected, stamp, task: [.uuid: .string(id), .requeue: .bool(requeue)])
    }

    /// An event of an application's own about a task.
    package static func custom(
        _ type: EventType,
        _ stamp: EventStamp,
        id: String,
        fields: [String: JSONValue]
    ) -> Self {
        Self(type, stamp, fields.merging([EventField.uuid.rawValue: .string(id)]) { _, own in own })
    }
}

// MARK: Fields

extension EventDocument {
    private init(_ type: EventType, _ stamp: EventStamp, task fields: [EventField: JSONValue]) {
        self.init(type, stamp, Dictionary(uniqueKeysWithValues: fields.map { ($0.key.rawValue, $0.value) }))
    }

    /// The longest traceback of an event, in characters; Celery has no limit, and a monitor's memory has.
    private static let maximumTraceback = 64 << 10

    private static func exceptionFields(
        id: String,
        _ exception: ExceptionDocument?,
        traceback: String?
    ) -> [EventField: JSONValue] {
        [
            .uuid: .string(id),
            .exception: .string((exception?.pythonRepr ?? "None").cut(to: PythonRepr.maximumLength)),
            .traceback: traceback.map { .string($0.cut(to: self.maximumTraceback)) } ?? .null,
        ]
    }
}

extension TaskHeaders {
    /// What `task-sent` and `task-received` tell of a message.
    fileprivate func eventFields(name: String) -> [EventField: JSONValue] {
        let text = { (text: String?) in text.map(JSONValue.string) ?? .null }
        return [
            .uuid: .string(self.id),
            .name: .string(name),
            .args: text(self.argsrepr?.cut(to: PythonRepr.maximumLength)),
            .kwargs: text(self.kwargsrepr?.cut(to: PythonRepr.maximumLength)),
            .rootID: text(self.rootID),
            .parentID: text(self.parentID),
            .retries: .integer(Int64(self.retries)),
            .eta: text(self.eta?.iso8601),
            .expires: text(self.expires?.iso8601),
        ]
    }
}

extension String {
    /// The start of the text with an ellipsis, if it has more than a number of characters, as Python counts them.
    package func cut(to length: Int) -> String {
        guard self.utf8.count > length, self.unicodeScalars.count > length else { return self }
        return String(self.unicodeScalars.prefix(length)) + "..."
    }
}
