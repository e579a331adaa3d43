import ArgumentParser
import Logging
import TaskBroker

/// `worker`: takes tasks from queues and runs them.
struct WorkerCommand: AsyncParsableCommand, Sendable {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Take tasks from queues and run them.",
        discussion: """
            EXAMPLES:
              taskctl worker -Q login,user -c 4 -l info
              taskctl worker -A .build/release/shop -Q mail -n mail@%h -f /var/log/shop/mail.log
              taskctl worker --tasks tasks.yaml --check

            SIGNALS: TERM or INT finishes the running tasks and ends; a second one gives them back to their queues and \
            ends, as QUIT does; a third ends at once. HUP opens the log file again.
            """
    )

    @OptionGroup(title: "Worker") var worker: WorkerOptions
    @OptionGroup(title: "Watching over it") var health: HealthOptions
    @OptionGroup(title: "Task hosts") var hosts: HostOptions
    @OptionGroup(title: "Celery's options") var celery: CeleryWorkerOptions
    @OptionGroup(title: "Common") var options: GlobalOptions

    @OptionGroup(title: "Command tasks") var commands: CommandTaskOptions

    @Flag(name: .long, help: "Check the file of --tasks, show what it defines, and start nothing.")
    var check = false

    @Option(
        name: [.customShort("A"), .long],
        help: ArgumentHelp(
            "Run the worker of another program that is built with this library.",
            valueName: "executable"
        )
    )
    var app: String?

    func validate() throws {
        if self.check && self.commands.path == nil {
            throw ValidationError("--check needs a file to check: --tasks FILE.")
        }
    }

    func run() async throws {
        let context = try CommandContext.required
        if let app { try self.execute(app, context.arguments) }
        // First of all: whatever is opened and started from here on belongs to that user.
        if let identity = try UserIdentity.named(user: self.worker.uid, group: self.worker.gid) {
            try identity.restart(Self.without(["--uid", "--gid"], context.arguments))
        }
        let console = context.console(self.options)
        let commands = try self.commands.file(variables: context.variables)
        if self.check { return try self.report(commands, context, console) }
        for note in self.celery.notes { console.note(note) }
        if CurrentProcess.isRoot && !self.worker.allowRoot {
            console.warn("This worker runs as root, and so do its tasks. Use --uid, or --allow-root.")
        }
        let log = self.worker.logSettings(console)
        let file = try self.worker.logfile.map { try LogFile($0) }
        let sink = file.map { LogSink.file($0, isHeld: true) } ?? .stream(context.errors, isHeld: true)
        let logger = log.logger(writingTo: sink)
        let app = try context.app(self.options, logger: logger)
        var configuration = self.worker.configuration
        configuration.host = self.hosts.kind(log)
        try self.worker.control.apply(to: &configuration, key: app.configuration.controlKey)
        try commands?.requireNew(besides: app.taskNames)
        try await WorkerRun(
            worker: Worker(app, configuration: configuration, commands: commands) { sink.write($0 + "\n") },
            commands: commands,
            context: context,
            console: console,
            urls: ConnectionURLs(self.options, environment: context.variables),
            log: log,
            sink: sink,
            file: file,
            health: self.health
        ).run(until: WorkerRun.trapSignals())
    }

    /// Says what is in the task file, and that nothing is wrong with it.
    private func report(_ file: TaskFile?, _ context: CommandContext, _ console: Console) throws {
        guard let file else { return }
        let logger = LogSettings.forCommands(isVerbose: self.options.verbose).logger(writingTo: .stream(context.errors))
        try file.requireNew(besides: context.app(self.options, logger: logger).taskNames)
        try TaskFileReport(file).print(console, asJSON: self.options.json)
    }

    /// Becomes the worker of another program.
    private func execute(_ program: String, _ arguments: [String]) throws(CommandError) -> Never {
        do throws(SystemError) {
            try CurrentProcess.execute(program, Self.withoutApp(arguments))
        } catch {
            throw CommandError(
                .cannotRun,
                "'\(program)' cannot be run: \(error).",
                advice: "-A names an executable that is built with TaskBrokerCLI, not a Python module."
            )
        }
    }

    /// The words without `-A` and its value: the program that is run has its own app.
    static func withoutApp(_ words: [String]) -> [String] {
        Self.without(["-A", "--app"], words).filter { !($0.hasPrefix("-A") && $0.count > 2) }
    }

    /// The words without some options and their values.
    static func without(_ options: [String], _ words: [String]) -> [String] {
        var result: [String] = []
        var skipsNext = false
        for word in words {
            if skipsNext {
                skipsNext = false
            } else if options.contains(word) {
                skipsNext = true
            } else if !options.contains(where: { $0.hasPrefix("--") && word.hasPrefix($0 + "=") }) {
                result.append(word)
            }
        }
        return result
    }
}
