public import CeleryProtocol
public import FoundationEssentials

/// How one invocation is sent and run.
///
/// What is not set is inherited: from the call to the task's own options, then the route, then the app's configuration.
public struct TaskOptions: Sendable, Hashable {
    /// How long from now, by the producer's clock, until the task may start; travels as ``eta``.
    public var countdown: Duration?
    /// The earliest start.
    public var eta: Date?
    /// How long from now the task may still start; after that it ends as `REVOKED`.
    public var expires: Duration?
    /// The queue by name.
    public var queue: String?
    /// The exchange by name; with ``routingKey``.
    public var exchange: String?
    /// The routing key for ``exchange``.
    public var routingKey: String?
    /// 0 (first) to 9 (last): on Redis, Celery serves 0 first, unlike AMQP.
    public var priority: Int?
    /// After this long the task is stopped and ends as `FAILURE` with `TimeLimitExceeded`.
    public var timeLimit: Duration?
    /// After this long the task is cancelled; it ends as `FAILURE` with `SoftTimeLimitExceeded` unless it returns a value or throws
    /// something of its own, such as a retry.
    public var softTimeLimit: Duration?
    /// How often the task may start in each worker.
    ///
    /// Counts where the task is defined, not for a single call; the app's defaults set it for all tasks
    /// (`task_default_rate_limit`).
    public var rateLimit: RateLimit?
    /// Overrides the schedule of the task's ``RetryPolicy`` for this call; travels with the message.
    public var retry: RetrySchedule?
    /// Whether the return value is thrown away.
    public var ignoresResult: Bool?
    /// The id: any text up to 255 bytes without control characters; a new UUID by default.
    public var taskID: String?
    /// Sends the message only if nobody sent one under the same key before.
    public var unique: UniqueKey?
    /// When sending counts as done; ``PublishDurability/acknowledged`` by default.
    public var durability: PublishDurability?
    /// How long sending is tried again after a failure that leaves open whether the message has arrived, such as a connection that
    /// breaks before the answer.
    ///
    /// A key in Redis makes sure that one message comes of it however often it is sent. Messages with a ``unique`` key have one, and are tried
    /// again for ten seconds by default, but never for longer than half of what their key is held. Others are not tried again by default,
    /// and are given a key that is held ten minutes longer than this.
    public var publishRetry: Duration?
    /// Headers of your own, which stay with the task when it is retried.
    public var headers: [String: JSONValue]
    /// What is called with the result when the task succeeds; the call's own, never inherited.
    public var link: [SignatureNode]
    /// What is called with the task's id when it fails; the call's own, never inherited.
    public var linkError: [SignatureNode]

    /// Creates options; everything is inherited unless it is given.
    public init(
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Duration? = nil,
        queue: String? = nil,
        exchange: String? = nil,
        routingKey: String? = nil,
        priority: Int? = nil,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        rateLimit: RateLimit? = nil,
        retry: RetrySchedule? = nil,
        ignoresResult: Bool? = nil,
        taskID: String? = nil,
        unique: UniqueKey? = nil,
        durability: PublishDurability? = nil,
        publishRetry: Duration? = nil,
        headers: [String: JSONValue] = [:],
        link: [SignatureNode] = [],
        linkError: [SignatureNode] = []
    ) {
        self.countdown = countdown
        self.eta = eta
        self.expires = expires
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.priority = priority
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
        self.rateLimit = rateLimit
        self.retry = retry
        self.ignoresResult = ignoresResult
        self.taskID = taskID
        self.unique = unique
        self.durability = durability
        self.publishRetry = publishRetry
        self.headers = headers
        self.link = link
        self.linkError = linkError
    }
}

extension TaskOptions {
    /// These options, with everything that they leave open taken from `other`.
    ///
    /// A destination is inherited as a whole: a call that names a queue does not inherit an exchange.
    func inheriting(from other: TaskOptions) -> TaskOptions {
        var result = self
        if self.countdown == nil && self.eta == nil {
            result.countdown = other.countdown
            result.eta = other.eta
        }
        if self.queue == nil && self.exchange == nil && self.routingKey == nil {
            result.queue = other.queue
            result.exchange = other.exchange
            result.routingKey = other.routingKey
        }
        result.expires = self.expires ?? other.expires
        result.priority = self.priority ?? other.priority
        result.timeLimit = self.timeLimit ?? other.timeLimit
        result.softTimeLimit = self.softTimeLimit ?? other.softTimeLimit
        result.rateLimit = self.rateLimit ?? other.rateLimit
        result.retry = self.retry ?? other.retry
        result.ignoresResult = self.ignoresResult ?? other.ignoresResult
        result.unique = self.unique ?? other.unique
        result.durability = self.durability ?? other.durability
        result.publishRetry = self.publishRetry ?? other.publishRetry
        result.headers = other.headers.merging(self.headers) { _, own in own }
        return result
    }
}
