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

    /// Creates the options as they are when nothing is given.
    package init() {}
}

extension CommandTaskOptions {
    /// The file, read and checked, if one was given.
    func file(variables: [String: String]) throws(CommandError) -> TaskFile? {
        guard let path else { return nil }
        return try TaskFile.reading(path, variables: variables)
    }
}
