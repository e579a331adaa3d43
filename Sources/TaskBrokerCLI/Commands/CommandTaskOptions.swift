import ArgumentParser

/// The options of a worker that runs commands.
package struct CommandTaskOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("tasks"),
        help: ArgumentHelp(
            "Also run the commands of a YAML file, and take from their queues unless -Q names others.",
            valueName: "file"
        )
    )
    var path: String?

    @Flag(name: .long, help: "Check the file of --tasks, show what it defines, and start nothing.")
    var check = false

    /// Creates the options as they are when nothing is given.
    package init() {}

    /// Refuses what means nothing.
    package func validate() throws {
        if self.check && self.path == nil { throw ValidationError("--check needs a file to check: --tasks FILE.") }
    }
}

extension CommandTaskOptions {
    /// The file, read and checked, if one was given.
    func file(variables: [String: String]) throws(CommandError) -> TaskFile? {
        guard let path else { return nil }
        return try TaskFile.reading(path, variables: variables)
    }
}
