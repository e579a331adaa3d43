/// What a worker's loop holds at one moment.
struct WorkerReport: Sendable {
    /// How many tasks run at once at most.
    var concurrency: Int
    /// How many messages are held at most.
    var capacity: Int
    /// What is claimed and not started.
    var reserved: [ClaimedMessage]
}
