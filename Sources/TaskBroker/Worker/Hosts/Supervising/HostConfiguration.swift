/// How a worker runs its task hosts.
package struct HostConfiguration: Sendable, Hashable {
    /// How many processes share the tasks; `nil` for one per processor, and no more than tasks run at once.
    package var count: Int?
    /// The program.
    package var executable: String
    /// Its arguments, its own name first.
    package var arguments: [String]
    /// How many tasks a process runs before it is replaced.
    package var maximumTasks: Int?
    /// How many bytes of memory a process may occupy before it is replaced.
    package var maximumMemory: Int?

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - executable: By default the program of this process, also when its file was replaced meanwhile.
    ///   - arguments: By default the hidden command of every program that is built with TaskBrokerCLI.
    package init(
        count: Int? = nil,
        executable: String = Self.ownExecutable,
        arguments: [String] = [CommandLine.arguments[0], "task-host"],
        maximumTasks: Int? = nil,
        maximumMemory: Int? = nil
    ) {
        self.count = count.map { max(1, $0) }
        self.executable = executable
        self.arguments = arguments
        self.maximumTasks = maximumTasks.map { max(1, $0) }
        self.maximumMemory = maximumMemory.map { max(1, $0) }
    }

    #if os(Linux)
    /// The program of this process.
    package static let ownExecutable = "/proc/self/exe"
    #else
    /// The program of this process.
    package static let ownExecutable = CommandLine.arguments[0]
    #endif
}

extension HostConfiguration {
    /// Variables that a host must not see: where the broker is and how to get in (reliability X22).
    private static let secrets: Set<String> = [
        "TASKBROKER_URL", "TASKBROKER_BACKEND_URL", "TASKBROKER_CONTROL_KEY",
        "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL",
    ]

    /// How Swift's runtime prints backtraces.
    private static let backtraces = "SWIFT_BACKTRACE"

    /// The variables of a host, out of those of its supervisor.
    ///
    /// Unless somebody asks for them, Swift's long backtraces are off: they hold a dying process, and with it everything that runs
    /// beside the task, for seconds, and end in pages of registers.
    static func environment(_ variables: [String: String]) -> [String: String] {
        var environment = variables.filter { !Self.secrets.contains($0.key) }
        environment[Self.backtraces] = environment[Self.backtraces] ?? "enable=no"
        return environment
    }

    /// How many processes there are for tasks of which so many run at once.
    func count(forConcurrency concurrency: Int) -> Int {
        self.count ?? max(1, min(ProcessInfo.processorCount, concurrency))
    }
}
