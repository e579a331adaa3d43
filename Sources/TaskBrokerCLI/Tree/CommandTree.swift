public import ArgumentParser
public import TaskBroker

/// Every command of TaskBroker for a program of your own.
///
/// ```swift
/// import TaskBroker
/// import TaskBrokerCLI
///
/// @main
/// struct Shop {
///     static func main() async {
///         await CommandTree("shop") { environment in
///             let app = try TaskApp(environment)
///             app.task("shop.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
///             return app
///         }
///         .main()
///     }
/// }
/// ```
///
/// `shop worker` serves these tasks, `shop send shop.add 2 2` sends one, `shop --help` lists the rest.
public struct CommandTree: Sendable {
    private let name: String
    private let version: String
    private let abstract: String
    private let commands: [any AsyncParsableCommand.Type]
    private let makeApp: @Sendable (CommandEnvironment) throws -> TaskApp

    /// Creates a tree.
    ///
    /// - Parameters:
    ///   - name: The name of the program, as it is typed.
    ///   - version: What `version` prints.
    ///   - abstract: What the program is, in one sentence.
    ///   - commands: Commands of your own beside those of this library.
    ///   - app: Makes the app with its tasks; called once, and not at all for commands that need none.
    public init(
        _ name: String,
        version: String = CommandTree.libraryVersion,
        abstract: String = "Send tasks, run workers and look after queues.",
        commands: [any AsyncParsableCommand.Type] = [],
        app: @escaping @Sendable (CommandEnvironment) throws -> TaskApp
    ) {
        self.name = name
        self.version = version
        self.abstract = abstract
        self.commands = commands
        self.makeApp = app
    }

    /// The version of TaskBroker.
    public static let libraryVersion = Software.version
}

// MARK: Running

extension CommandTree {
    /// Runs the command of this process's command line and ends the process.
    public func main() async -> Never {
        CurrentProcess.ignoreBrokenPipes()
        let status = await self.run(
            Array(CommandLine.arguments.dropFirst()),
            variables: CurrentProcess.environment,
            output: OutputStream(.standardOutput),
            errors: OutputStream(.standardError, isUnbuffered: true),
            input: .standardInput
        )
        CurrentProcess.exit(status)
    }

    /// Runs the command of a command line.
    package func run(
        _ arguments: [String],
        variables: [String: String],
        output: OutputStream,
        errors: OutputStream,
        input: FileDescriptor
    ) async -> ExitStatus {
        let context = CommandContext(
            name: self.name,
            version: self.version,
            abstract: self.abstract,
            commands: self.commands,
            makeApp: self.makeApp,
            arguments: arguments,
            variables: variables,
            output: output,
            errors: errors,
            input: input
        )
        return await CommandContext.$current.withValue(context) {
            await Invocation(context).run()
        }
    }
}
