import ArgumentParser
import Logging
import TaskBroker

/// `task-host`: what a worker starts to run its tasks; nobody types it.
struct TaskHostCommand: AsyncParsableCommand, Sendable {
    static let configuration = CommandConfiguration(
        commandName: "task-host",
        abstract: "Run the tasks of a worker, which starts this command itself.",
        shouldDisplay: false
    )

    @Option(name: .long) var loglevel: LogLevel = .warning
    @Option(name: .long) var logFormat: LogFormat = .text
    @Flag(name: .long) var coloredLog = false

    /// The words that start a host which logs as its worker does.
    static func arguments(_ log: LogSettings) -> [String] {
        [self.configuration.commandName ?? "", "--loglevel", log.level.rawValue, "--log-format", log.format.rawValue]
            + (log.palette.isColored ? ["--colored-log"] : [])
    }

    func run() async throws {
        let context = try CommandContext.required
        let link = try await SupervisorLink.inherited()
        let log = LogSettings(
            level: self.loglevel.level,
            format: self.logFormat,
            palette: Palette(isColored: self.coloredLog)
        )
        let logger = log.logger(writingTo: .stream(context.errors))
        let app = try context.makeApp(CommandEnvironment(link, logger: logger))
        await HostServer(app, link).run()
    }
}
