/// The options of one call, read from a signature's (celery-wire §7.1) or written into one.
///
/// Whatever has no meaning of its own becomes a property of the message, as in Celery: there a program may pass anything to
/// `apply_async`.
public struct CallOptions: Hashable, Sendable {
    /// The id of the task.
    public var taskID: String?
    /// The id of the first task of the workflow.
    public var rootID: String?
    /// The id of the task that sends this one.
    public var parentID: String?
    /// The group that the task belongs to.
    public var groupID: String?
    /// The position in the group.
    public var groupIndex: Int?
    /// Who sends.
    public var replyTo: String?
    /// Seconds from the moment of sending to the earliest start.
    public var countdown: Double?
    /// The earliest start.
    public var eta: Timestamp?
    /// The latest start.
    public var expires: Expiry?
    /// How often the task has been retried.
    public var retries: Int?
    /// The hard time limit in seconds.
    public var timeLimit: Double?
    /// The soft time limit in seconds.
    public var softTimeLimit: Double?
    /// A name to show instead of the task's.
    public var shadow: String?
    /// Whether the result is thrown away.
    public var ignoreResult: Bool?
    /// Headers of the application.
    public var headers: [String: JSONValue] = [:]
    /// The queue by name.
    public var queue: String?
    /// The exchange by name.
    public var exchange: String?
    /// The routing key.
    public var routingKey: String?
    /// 0 (first) to 9 (last).
    public var priority: Int?
    /// The positional arguments as text for display.
    public var argsrepr: String?
    /// The keyword arguments as text for display.
    public var kwargsrepr: String?
    /// How often the task has been replaced by another.
    public var replacedTaskNesting: Int?
    /// The names of the stamps.
    public var stampedHeaders: [String]?
    /// The stamps by name.
    public var stamps: [String: JSONValue] = [:]
    /// Everything else.
    public var properties: [String: JSONValue] = [:]

    /// Creates options that leave everything open.
    public init() {}
}

extension CallOptions {
    /// The latest start of a task.
    public enum Expiry: Hashable, Sendable {
        /// Seconds from the moment of sending.
        case after(Double)
        /// A point in time.
        case at(Timestamp)
    }
}
