package import TaskBroker

/// A task that is a program: what one entry of a task file says.
package struct CommandTask: Sendable {
    /// What a task's standard output is.
    package enum OutputFormat: String, CaseIterable, Sendable {
        /// One JSON document: the result. Nothing at all is `null`.
        case json
        /// Text: the result is a string, without the newline at its end.
        case text
        /// Not looked at: the result is `null`.
        case none
    }

    /// The name on the wire.
    package var name: String
    /// What it does, for people.
    package var summary: String?
    /// The program, an absolute path.
    package var executable: String
    /// The words of its command line, the program's name first.
    package var words: [CommandWord]
    /// Its whole environment.
    package var environment: [String: String]
    /// Its working directory, an absolute path.
    package var directory: String
    /// Whom it runs as, if not as the worker.
    package var identity: UserIdentity?
    /// What it may use.
    package var resources: [ResourceLimit]
    /// What its standard output is.
    package var format: OutputFormat
    /// How many bytes it may write to its standard output.
    package var outputLimit: Int
    /// Queue, limits and the rest of what any task has.
    package var options: TaskOptions
    /// Which exits are tried again, and when.
    package var retry: CommandRetry

    package init(
        name: String,
        summary: String? = nil,
        executable: String,
        words: [CommandWord],
        environment: [String: String] = [:],
        directory: String = "/",
        identity: UserIdentity? = nil,
        resources: [ResourceLimit] = [],
        format: OutputFormat = .json,
        outputLimit: Int = Self.standardOutputLimit,
        options: TaskOptions = TaskOptions(),
        retry: CommandRetry = CommandRetry()
    ) {
        self.name = name
        self.summary = summary
        self.executable = executable
        self.words = words
        self.environment = environment
        self.directory = directory
        self.identity = identity
        self.resources = resources
        self.format = format
        self.outputLimit = outputLimit
        self.options = options
        self.retry = retry
    }

    /// A mebibyte, as results of other tasks may have (reliability X15).
    package static let standardOutputLimit = 1 << 20
}

/// Which exits of a command are tried again, and when.
package struct CommandRetry: Hashable, Sendable {
    /// How often and after which delays; `nil` for Celery's defaults: three times, after 180 seconds.
    package var schedule: RetrySchedule?
    /// The exit statuses that ask for a retry.
    package var statuses: Set<Int32>
    /// Whether every failure is tried again: other statuses, signals, time limits.
    package var retriesEverything: Bool

    /// By default only `EX_TEMPFAIL` of `sysexits.h` asks for one.
    package init(
        schedule: RetrySchedule? = nil,
        statuses: Set<Int32> = [SystemExit.temporaryFailure],
        retriesEverything: Bool = false
    ) {
        self.schedule = schedule
        self.statuses = statuses
        self.retriesEverything = retriesEverything
    }
}

/// A limit that the kernel enforces on each process of a command.
package struct ResourceLimit: Hashable, Sendable {
    /// What is limited.
    package enum Resource: String, CaseIterable, Sendable {
        /// Bytes of address space.
        case memory
        /// Seconds on a processor.
        case cpu
        /// Open files.
        case files
        /// Bytes of a file that is written.
        case fileSize = "file_size"
        /// Processes and threads of the user.
        case processes
        /// Bytes of a core dump.
        case core
    }

    /// What is limited.
    package var resource: Resource
    /// How much of it there is.
    package var value: UInt64

    package init(_ resource: Resource, _ value: UInt64) {
        self.resource = resource
        self.value = value
    }
}
