import ArgumentParser
import CeleryProtocol

/// `version`: what runs here.
struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try CommandContext.required
        let console = context.console(self.options)
        if self.options.json {
            try console.print(
                JSONDocument(
                    "version",
                    [
                        "name": .string(context.name),
                        "version": .string(context.version),
                        "library": .string(CommandTree.libraryVersion),
                    ]
                )
            )
        } else {
            let library =
                context.version == CommandTree.libraryVersion ? "" : " (TaskBroker \(CommandTree.libraryVersion))"
            try console.print("\(context.name) \(context.version)\(library)")
        }
    }
}
