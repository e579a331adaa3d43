/// How a command ended, and what it left.
struct CommandExit: Hashable, Sendable {
    /// What the kernel says.
    enum Status: Hashable, Sendable {
        /// It ended by itself.
        case exited(Int32)
        /// A signal ended it.
        case signaled(Int32)
    }

    /// How it ended.
    var status: Status
    /// Why it was stopped, if it was.
    var reason: CommandWatch.Reason?
    /// Its standard output, at most as much as it may write.
    var output: [UInt8] = []
    /// The last 4 KiB of its standard error.
    var errorTail: [UInt8] = []
    /// How long it ran.
    var elapsed: Duration = .zero
}
