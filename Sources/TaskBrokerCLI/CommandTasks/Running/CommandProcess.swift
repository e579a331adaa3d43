import TaskBroker

/// One command to run: everything that the kernel is told, and what the command may do.
struct CommandProcess: Sendable {
    /// An absolute path.
    var executable: String
    /// The words of the command line, the program's name first.
    var arguments: [String]
    /// The whole environment.
    var environment: [String: String] = [:]
    /// The working directory.
    var directory = "/"
    /// What the kernel limits.
    var resources: [ResourceLimit] = []
    /// What it reads from its standard input.
    var input: [UInt8] = []
    /// How many bytes it may write to its standard output.
    var outputLimit = CommandTask.standardOutputLimit
    /// How long it may run.
    var limits = TimeLimits()
}

extension CommandProcess {
    /// Runs the command until it has ended; cancelling the calling task stops it.
    ///
    /// When its process has ended, so has everything: what is left of its process group is killed.
    ///
    /// - Throws: ``CommandStartError``.
    func run() async throws -> CommandExit {
        let stop: StopSwitch
        let result: Result<CommandExit, CommandStartError>
        do {
            stop = try StopSwitch()
            result = try await withTaskCancellationHandler {
                try await OwnThread.run {
                    Result { () throws(CommandStartError) in
                        var child = try CommandChild(self, stop: stop)
                        return child.wait()
                    }
                }
            } onCancel: {
                stop.set()
            }
        } catch let error as SystemError {
            throw CommandStartError(message: "no pipe or thread for '\(self.executable)': \(error)")
        }
        return try result.get()
    }
}
