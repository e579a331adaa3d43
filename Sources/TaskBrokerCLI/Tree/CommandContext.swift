package import ArgumentParser
package import Logging
package import TaskBroker

/// What the commands of one tree share: how the app is made, and what surrounds the process.
///
/// ArgumentParser creates commands itself, from the command line alone; so this comes to them as a task-local value.
package struct CommandContext: Sendable {
    /// The name of the program.
    package let name: String
    /// The version of the program.
    package let version: String
    /// What the program is, in one sentence.
    package let abstract: String
    /// The commands of the program beside those of this library.
    package let commands: [any AsyncParsableCommand.Type]
    /// Makes the app.
    package let makeApp: @Sendable (CommandEnvironment) throws -> TaskApp
    /// The words of the command line, without the program.
    package let arguments: [String]
    /// The environment variables.
    package let variables: [String: String]
    /// Standard output.
    package let output: OutputStream
    /// Standard error.
    package let errors: OutputStream
    /// Standard input.
    package let input: FileDescriptor

    /// The context of the command line that is being run.
    @TaskLocal package static var current: CommandContext?
}

extension CommandContext {
    /// The console for a command with these options.
    package func console(_ options: GlobalOptions) -> Console {
        Console(
            output: self.output,
            errors: self.errors,
            isQuiet: options.quiet,
            refusesColor: options.noColor,
            environment: self.variables
        )
    }

    /// Makes the app.
    package func app(_ options: GlobalOptions, logger: Logger) throws -> TaskApp {
        let urls = ConnectionURLs(options, environment: self.variables)
        let key = try self.variables["TASKBROKER_CONTROL_KEY"].map { try ControlKey(text: $0) }
        return try self.makeApp(CommandEnvironment(urls, logger: logger, controlKey: key))
    }
}
