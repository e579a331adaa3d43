import ArgumentParser
import TaskBroker

/// What a worker is told about the processes that run its tasks.
struct HostOptions: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many processes run the tasks; one for each processor by default, and no more than tasks run at once.",
            discussion: """
                A task that crashes, hangs or takes all memory ends its process, and nothing else: the worker starts another \
                one, and what ran beside the task runs again. With 0, tasks run in the process of the worker.
                """,
            valueName: "n"
        )
    )
    var hosts: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("Replace a process after it was given so many tasks.", valueName: "n")
    )
    var maxTasksPerChild: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("Replace a process that occupies more memory; kill it at twice as much.", valueName: "KiB")
    )
    var maxMemoryPerChild: Int?

    /// Refuses what no worker can do.
    func validate() throws {
        if let hosts, !(0...1024 ~= hosts) { throw ValidationError("--hosts has to be from 0 to 1024.") }
        if let maxTasksPerChild, maxTasksPerChild < 1 {
            throw ValidationError("--max-tasks-per-child has to be 1 or more.")
        }
        if let maxMemoryPerChild, !(1...1 << 40 ~= maxMemoryPerChild) {
            throw ValidationError("--max-memory-per-child has to be 1 or more, in KiB.")
        }
        if self.hosts == 0, self.maxTasksPerChild != nil || self.maxMemoryPerChild != nil {
            throw ValidationError("With --hosts 0 there is no process to replace.")
        }
    }
}

extension HostOptions {
    /// Where the tasks of a worker run that logs in this way.
    func kind(_ log: LogSettings) -> HostKind {
        guard self.hosts != 0 else { return .inProcess }
        return .processes(
            HostConfiguration(
                count: self.hosts,
                arguments: [CommandLine.arguments[0]] + TaskHostCommand.arguments(log),
                maximumTasks: self.maxTasksPerChild,
                maximumMemory: self.maxMemoryPerChild.map { $0 << 10 }
            )
        )
    }
}
