/// A task that was admitted and begins.
///
/// A class, because many of them are kept while their tasks run in other processes.
final class StartedRun: Sendable {
    /// The claimed message.
    let attempt: Attempt
    /// What the host is told.
    let invocation: TaskInvocation
    let clock: BrokerClock

    init(_ attempt: Attempt, _ invocation: TaskInvocation, clock: BrokerClock) {
        self.attempt = attempt
        self.invocation = invocation
        self.clock = clock
    }
}

extension StartedRun {
    /// The same run, after its host has died or before it had one.
    func again(as id: RunID) -> StartedRun {
        StartedRun(self.attempt, self.invocation.again(as: id), clock: self.clock)
    }
}
