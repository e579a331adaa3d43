import ArgumentParser
import Logging
import Subprocess
import TaskBroker

/// `dev`: everything that is needed to try the app, on a Redis of its own.
struct DevCommand: AsyncParsableCommand, Sendable {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Run a worker on a private Redis, without setting anything up.",
        discussion: """
            Starts a redis-server that only this machine can reach, and a worker for all queues; both end together with \
            this command. With -- COMMAND, runs that command instead of the worker, with TASKBROKER_URL set, and ends with \
            its exit code.

            EXAMPLES:
              taskctl dev
              taskctl dev --dir ~/.taskbroker -c 4
              taskctl dev --tasks tasks.yaml
              taskctl dev -- sh -c 'taskctl send tasks.add 2 2 && taskctl worker --burst'
            """
    )

    @Option(
        name: .long,
        help: ArgumentHelp("Keep the data here; else it is deleted in the end.", valueName: "directory")
    )
    var dir: String?

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("A command to run instead of a worker.", valueName: "command")
    )
    var command: [String] = []

    @OptionGroup(title: "Worker") var worker: WorkerOptions
    @OptionGroup(title: "Watching over it") var health: HealthOptions
    @OptionGroup(title: "Task hosts") var hosts: HostOptions
    @OptionGroup(title: "Command tasks") var commands: CommandTaskOptions
    @OptionGroup(title: "Common") var options: GlobalOptions

    func run() async throws {
        let context = try CommandContext.required
        if self.command.isEmpty {
            try await PrivateRedis.run(in: self.dir) { try await self.work(on: $0, context) }
        } else {
            let status = try await PrivateRedis.run(in: self.dir) { redis in
                try await Interruption.ending { try await self.execute(on: redis) }
            }
            if status != .success { throw ExitCode(status.rawValue) }
        }
    }
}

// MARK: A worker

extension DevCommand {
    private func work(on redis: PrivateRedis, _ context: CommandContext) async throws {
        var options = self.options
        options.broker = redis.url
        options.backend = redis.url
        let console = context.console(options)
        let log = self.worker.logSettings(console, level: .info)
        let file = try self.worker.logfile.map { try LogFile($0) }
        let sink = file.map { LogSink.file($0, isHeld: true) } ?? .stream(context.errors, isHeld: true)
        let logger = log.logger(writingTo: sink)
        let app = try context.app(options, logger: logger)
        var configuration = self.worker.configuration
        configuration.host = self.hosts.kind(log)
        let commands = try self.commands.file(variables: context.variables)
        try commands?.requireNew(besides: app.taskNames)
        let signals = await WorkerRun.trapSignals()
        try console.print("export TASKBROKER_URL=\(redis.url)")
        try console.output.flush()
        console.note(Self.guide(context.name, redis, app.taskNames))
        try await WorkerRun(
            worker: Worker(app, configuration: configuration, commands: commands) { sink.write($0 + "\n") },
            commands: commands,
            context: context,
            console: console,
            urls: ConnectionURLs(options, environment: context.variables),
            log: log,
            sink: sink,
            file: file,
            health: self.health,
            checksServer: false
        ).run(until: signals)
    }

    /// What to try, in another terminal.
    static func guide(_ program: String, _ redis: PrivateRedis, _ tasks: [String]) -> String {
        let example = tasks.contains("tasks.add") ? "tasks.add 2 2" : tasks.first ?? "NAME"
        return """

            A private Redis keeps its data in \(TerminalText.escape(redis.directory)) and ends with this program (Ctrl-C).
            Set the variable above in another terminal, and try:

              \(program) send \(TerminalText.escape(example)) --wait
              \(program) status
              \(program) queue ls
            """
    }
}

// MARK: A command

extension DevCommand {
    private func execute(on redis: PrivateRedis) async throws -> ExitStatus {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(30))]
        // Through a shell, which looks the program up as people expect, and ends with 126 or 127 if it cannot be run.
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(["-c", "exec \"$0\" \"$@\""] + self.command),
            environment: .inherit.updating(Self.variables(redis)),
            platformOptions: options,
            input: .currentStandardInput,
            output: .currentStandardOutput,
            error: .currentStandardError
        )
        switch result.terminationStatus {
        case .exited(let code): return ExitStatus(rawValue: code)
        case .signaled(let number): return ExitStatus(rawValue: 128 + number)
        }
    }

    /// Our variables, so that nothing from outside leads the command to another Redis.
    private static func variables(_ redis: PrivateRedis) -> [Environment.Key: String?] {
        [
            "TASKBROKER_URL": redis.url,
            "TASKBROKER_BACKEND_URL": redis.url,
            "CELERY_BROKER_URL": redis.url,
            "CELERY_RESULT_BACKEND": redis.url,
        ]
    }
}
