/// Whether a worker lives and takes tasks, for whoever watches over it: a load balancer, Kubernetes, a person.
public struct WorkerHealth: Sendable, Hashable {
    /// Why a worker takes no tasks.
    public struct Reason: Sendable, Hashable {
        /// What it is called: `starting`, `broker`, `stalled`, `stopping` or `stopped`.
        public var name: String
        /// What it is, in a sentence; nothing in it is secret.
        public var message: String
        /// For how long.
        public var duration: Duration
    }

    /// The node name.
    public var node: String
    /// Whether the worker's loop turns, and does not hang for good: if not, only a new process helps.
    public var isLive: Bool
    /// Why it takes no tasks; empty if it does, or would if there were any.
    public var reasons: [Reason]
    /// How many tasks run.
    public var running: Int

    /// Whether it takes tasks; one that is full takes them as soon as there is room.
    public var isReady: Bool { self.reasons.isEmpty }
}
