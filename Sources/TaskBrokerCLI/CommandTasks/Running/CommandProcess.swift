import TaskBroker

/// One command to run: everything that the kernel is told, and what the command may do.
struct CommandProcess: Sendable {
    /// The program, its words and its surroundings.
    var launch: CommandLaunch
    /// What it reads from its standard input.
    var input: [UInt8] = []
    /// How many bytes it may write to its standard output.
    var outputLimit = CommandTask.standardOutputLimit
    /// How long it may run.
    var limits = TimeLimits()
    /// Who is told of it.
    var observer = CommandObserver()
}

extension CommandProcess {
    /// Runs the command until it has ended; cancelling the calling task stops it.
    ///
    /// When its process has ended, so has everything: what is left of its process group is killed.
    ///
    /// - Throws: ``CommandStartError``.
    func run() async throws -> CommandExit {
        let result: Result<CommandExit, CommandStartError>
        do {
            let stop = try StopSwitch()
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
            throw CommandStartError(message: "no pipe or thread for '\(self.launch.executable)': \(error)")
        }
        return try result.get()
    }
}
