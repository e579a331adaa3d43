extension EventDocument {
    /// The event as the flat object that travels.
    public var json: JSONValue {
        var members = self.fields
        members["type"] = .string(self.type.rawValue)
        members["hostname"] = .string(self.hostname)
        members["timestamp"] = .double(self.timestamp)
        if let pid = self.pid { members["pid"] = .integer(Int64(pid)) }
        if let clock = self.clock { members["clock"] = .integer(clock) }
        if let utcoffset = self.utcoffset { members["utcoffset"] = .double(utcoffset) }
        return .object(members)
    }

    /// Reads an event.
    ///
    /// Type, host name and timestamp have to be there, as Celery's `State` has it; what else there is, and is of the
    /// wrong type, is left out.
    ///
    /// - Throws: ``EventError`` for what is no event, and for names that break ``NameRules``.
    package init(_ json: JSONValue) throws(EventError) {
        guard case .object(var members) = json else {
            throw EventError(.notAnEvent, "An event is an object, and this is not.")
        }
        let type = try Self.takeName("type", from: &members)
        let hostname = try Self.takeName("hostname", from: &members)
        guard let timestamp = members.removeValue(forKey: "timestamp")?.doubleValue else {
            throw EventError(.missingField, "The event '\(type)' has no timestamp, or one that is not a number.")
        }
        guard timestamp.isFinite else {
            throw EventError(.invalidField, "The timestamp of the event '\(type)' is not finite.")
        }
        self.init(
            EventType(rawValue: type),
            hostname: hostname,
            timestamp: timestamp,
            pid: members.removeValue(forKey: "pid")?.integerValue.flatMap { Int(exactly: $0) },
            clock: members.removeValue(forKey: "clock")?.integerValue,
            utcoffset: members.removeValue(forKey: "utcoffset")?.doubleValue,
            fields: members
        )
    }

    private static func takeName(
        _ field: String,
        from members: inout [String: JSONValue]
    ) throws(EventError) -> String {
        guard let name = members.removeValue(forKey: field)?.stringValue else {
            throw EventError(.missingField, "The event has no \(field), or one that is not a string.")
        }
        do throws(MessageError) {
            try NameRules.validate(name, as: "\(field) of the event")
        } catch {
            throw EventError(.invalidField, error.message)
        }
        return name
    }
}
