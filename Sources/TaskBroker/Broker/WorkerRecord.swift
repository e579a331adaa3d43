/// What a worker tells about itself every ten seconds, and `taskctl status` shows.
public struct WorkerRecord: Sendable, Hashable, Codable {
    /// The node name, `celery@host`.
    public var node: String
    /// The operating system's process id.
    public var pid: Int
    /// The queues that it takes from.
    public var queues: [String]
    /// How many tasks it runs at once at most.
    public var concurrency: Int
    /// How many tasks are running now.
    public var active: Int
    /// How many tasks it has finished since it started.
    public var processed: Int
    /// The nonce in the ids of its claims, which connects a message in flight with its worker.
    public var nonce: String
    /// When it started, in seconds since 1970.
    public var started: Double
    /// When it wrote this, in seconds since 1970, by the broker's clock where the broker has one.
    public var seen: Double

    package init(
        node: String,
        pid: Int,
        queues: [String],
        concurrency: Int,
        active: Int = 0,
        processed: Int = 0,
        nonce: String = "",
        started: Double,
        seen: Double
    ) {
        self.node = node
        self.pid = pid
        self.queues = queues
        self.concurrency = concurrency
        self.active = active
        self.processed = processed
        self.nonce = nonce
        self.started = started
        self.seen = seen
    }
}
