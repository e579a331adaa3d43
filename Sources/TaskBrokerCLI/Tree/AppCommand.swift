package import ArgumentParser
import Logging
package import TaskBroker

/// A command that talks to Redis through the app.
///
/// It fails within a second when Redis cannot be used, instead of waiting for it as a worker does, and Ctrl-C ends it.
package protocol AppCommand: AsyncParsableCommand, Sendable {
    /// The options of every command.
    var options: GlobalOptions { get }

    /// Whether Ctrl-C and SIGTERM are how the command is meant to end, as of one that goes on for ever.
    var isEndedByInterruption: Bool { get }

    /// Does what the command is for.
    func run(_ session: AppSession) async throws
}

/// What a running ``AppCommand`` has at hand.
package struct AppSession: Sendable {
    /// The app, connected.
    package let app: TaskApp
    /// Where to speak.
    package let console: Console
    /// What surrounds the process.
    package let context: CommandContext
    /// The options of every command.
    package let options: GlobalOptions
}

extension AppCommand {
    /// Most commands have not done their work when they are interrupted.
    package var isEndedByInterruption: Bool { false }

    /// Makes the app, connects it, and runs the command.
    package func run() async throws {
        let context = try CommandContext.required
        let console = context.console(self.options)
        let logger = LogSettings.forCommands(isVerbose: self.options.verbose).logger(writingTo: .stream(context.errors))
        let app = try context.app(self.options, logger: logger)
        do {
            try await Interruption.ending {
                try await app.run { app in
                    try await app.verify()
                    try await self.run(
                        AppSession(app: app, console: console, context: context, options: self.options)
                    )
                }
            }
        } catch let error as CommandError where self.isEndedByInterruption && error.status.isInterruption {
            return
        }
    }
}

extension CommandContext {
    /// The context, for code that only runs inside of one.
    package static var required: CommandContext {
        get throws(CommandError) {
            guard let current else { throw CommandError(.failure, "Commands run through CommandTree.main().") }
            return current
        }
    }
}
