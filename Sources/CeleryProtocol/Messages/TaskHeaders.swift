/// The headers of a task message, protocol 2: everything a worker needs to know before it looks at the arguments.
public struct TaskHeaders: Hashable, Sendable {
    /// The language of the program that sent the message; ours write `swift`.
    ///
    /// Nobody reads it.
    public var lang: String
    /// The registered name of the task.
    public var task: String
    /// The task's id.
    public var id: String
    /// A name to show instead of ``task``.
    public var shadow: String?
    /// The earliest start.
    public var eta: Timestamp?
    /// The latest start; after it the task is revoked.
    public var expires: Timestamp?
    /// The id of the group that the task belongs to.
    public var group: String?
    /// The position in the group.
    public var groupIndex: Int?
    /// How often the task has been retried.
    public var retries: Int
    /// The hard time limit in seconds.
    public var timeLimit: Double?
    /// The soft time limit in seconds.
    public var softTimeLimit: Double?
    /// The id of the first task of the workflow; the task's own id for a first task.
    public var rootID: String?
    /// The id of the task that sent this one.
    public var parentID: String?
    /// The positional arguments as text for display, in Python's notation.
    public var argsrepr: String?
    /// The keyword arguments as text for display, in Python's notation.
    public var kwargsrepr: String?
    /// The node that sent the message, such as `gen4720@host`.
    public var origin: String?
    /// Whether the result is to be stored; `nil` leaves that to the task's own setting.
    public var ignoreResult: Bool?
    /// How often the task has been replaced by another.
    public var replacedTaskNesting: Int
    /// The names of the members of ``stamps`` that were stamped on the message.
    public var stampedHeaders: [String]?
    /// Stamps by name.
    public var stamps: [String: JSONValue]
    /// The media type that the body is compressed with, such as `application/x-gzip`.
    public var compression: String?
    /// Whether the message was given back to the queue before.
    public var redelivered: Bool?
    /// Every other header.
    public var custom: [String: JSONValue]

    /// Creates headers; everything but name and id is as Celery has it for a plain `delay()`.
    public init(
        task: String,
        id: String,
        lang: String = "swift",
        shadow: String? = nil,
        eta: Timestamp? = nil,
        expires: Timestamp? = nil,
        group: String? = nil,
        groupIndex: Int? = nil,
        retries: Int = 0,
        timeLimit: Double? = nil,
        softTimeLimit: Double? = nil,
        rootID: String? = nil,
        parentID: String? = nil,
        argsrepr: String? = nil,
        kwargsrepr: String? = nil,
        origin: String? = nil,
        ignoreResult: Bool? = nil,
        replacedTaskNesting: Int = 0,
        stampedHeaders: [String]? = nil,
        stamps: [String: JSONValue] = [:],
        compression: String? = nil,
        redelivered: Bool? = nil,
        custom: [String: JSONValue] = [:]
    ) {
        self.lang = lang
        self.task = task
        self.id = id
        self.shadow = shadow
        self.eta = eta
        self.expires = expires
        self.group = group
        self.groupIndex = groupIndex
        self.retries = retries
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
        self.rootID = rootID
        self.parentID = parentID
        self.argsrepr = argsrepr
        self.kwargsrepr = kwargsrepr
        self.origin = origin
        self.ignoreResult = ignoreResult
        self.replacedTaskNesting = replacedTaskNesting
        self.stampedHeaders = stampedHeaders
        self.stamps = stamps
        self.compression = compression
        self.redelivered = redelivered
        self.custom = custom
    }
}
