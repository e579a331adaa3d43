import TaskBroker

/// How a command ended, and what it left.
struct CommandExit: Hashable, Sendable {
    /// How it ended.
    var status: ProcessEnd
    /// Why it was stopped, if it was.
    var reason: CommandWatch.Reason?
    /// Its standard output, at most as much as it may write.
    var output: [UInt8] = []
    /// The last 4 KiB of its standard error.
    var errorTail: [UInt8] = []
    /// How long it ran.
    var elapsed: Duration = .zero
}
