import Synchronization
import TaskBroker

/// The commands that run at the moment, for those who look, and for the guardian.
final class RunningCommands: Sendable {
    private let guardian: CommandGuardian?
    private let processes = Mutex<[Claim: Int32]>([:])

    init(guardian: CommandGuardian?) {
        self.guardian = guardian
    }
}

extension RunningCommands {
    /// The process of a claim's command.
    func process(of claim: Claim) -> Int? { self.processes.withLock { $0[claim] }.map(Int.init) }

    /// What one command tells of itself.
    func observer(of claim: Claim) -> CommandObserver {
        CommandObserver(
            started: { process in
                self.guardian?.watch(process)
                self.processes.withLock { $0[claim] = process }
            },
            ended: { process in
                self.guardian?.forget(process)
                self.processes.withLock { $0[claim] = nil }
            }
        )
    }
}

/// Who is told of the process of a command: its id is that of its group as well.
struct CommandObserver: Sendable {
    /// It has been started.
    var started: @Sendable (Int32) -> Void = { _ in }
    /// It has ended; its id cannot be given to another process yet.
    var ended: @Sendable (Int32) -> Void = { _ in }
}
