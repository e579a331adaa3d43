/// Why the supervisor itself kills a host.
enum Condemnation: Sendable, Hashable {
    /// A task is over its hard time limit.
    case overtime(RunID, limit: Duration)
    /// A task goes on although it was told to end.
    case defiant(RunID)
    /// The process occupies far too much memory.
    case memory(bytes: Int, limit: Int)
}
