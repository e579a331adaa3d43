import CeleryProtocol

/// Who a task host is: its first frame.
struct HostHello: Sendable, Hashable {
    /// The process id, as the host sees it.
    var pid: Int
    /// The tasks that it can run, with what a supervisor has to know about each.
    var tasks: [String: TaskSettings]
    /// Whether it makes the messages of a canvas; the supervisor makes those of hosts that do not, by its own routes.
    var makesMessages = false
}

extension HostHello {
    /// The frame that says so.
    var frame: HostFrame {
        HostFrame(
            .hello,
            [
                .version: .integer(HostFrame.version),
                .pid: .integer(Int64(self.pid)),
                .tasks: .object(self.tasks.mapValues(\.json)),
                .makesMessages: .bool(self.makesMessages),
            ]
        )
    }

    /// Reads the first frame of a host.
    ///
    /// Of a task only the name has to be there; a name that no message may have is left out.
    init(_ frame: HostFrame) throws(HostProtocolError) {
        guard frame.kind == .hello else { throw .outOfOrder(frame.kind) }
        let version = try frame.integer(.version)
        guard version == HostFrame.version else { throw .otherVersion(version) }
        guard let tasks = frame[.tasks]?.objectValue else { throw .badField(.tasks, of: frame.kind) }
        self.pid = Int(truncatingIfNeeded: try frame.integer(.pid))
        self.tasks = tasks.filter { (try? NameRules.validate(task: $0.key)) != nil }.mapValues { TaskSettings($0) }
        self.makesMessages = frame[.makesMessages]?.boolValue ?? false
    }
}

extension TaskSettings {
    fileprivate var json: JSONValue {
        var members: HostMembers = [:]
        if self.ignoresResult { members[.ignoresResult] = true }
        if self.isErrorHandler { members[.isErrorHandler] = true }
        if let rateLimit { members[.rateLimit] = .string(rateLimit.description) }
        members[.softLimit] = self.timeLimits.soft.map { .double($0.inSeconds) }
        members[.hardLimit] = self.timeLimits.hard.map { .double($0.inSeconds) }
        return JSONValue(members)
    }

    fileprivate init(_ json: JSONValue) {
        self.init(
            ignoresResult: json[.ignoresResult]?.boolValue ?? false,
            isErrorHandler: json[.isErrorHandler]?.boolValue ?? false,
            rateLimit: json[.rateLimit]?.stringValue.flatMap { try? RateLimit(parsing: $0) },
            timeLimits: TimeLimits(soft: json.duration(.softLimit), hard: json.duration(.hardLimit))
        )
    }
}
