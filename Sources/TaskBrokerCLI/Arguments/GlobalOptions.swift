package import ArgumentParser

/// The options of every command; they may also stand before the command's name, as in Celery.
package struct GlobalOptions: ParsableArguments {
    /// The broker's URL.
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The broker's URL.",
            discussion: """
                Else TASKBROKER_URL, then CELERY_BROKER_URL, then redis://localhost:6379/0. Keep passwords out of command \
                lines, where every user of the machine sees them: use the environment.
                """,
            valueName: "url"
        )
    )
    package var broker: String?

    /// The result backend's URL.
    @Option(
        name: [.long, .customLong("result-backend")],
        help: ArgumentHelp(
            "The result backend's URL; else TASKBROKER_BACKEND_URL, then CELERY_RESULT_BACKEND, then the broker's.",
            valueName: "url"
        )
    )
    package var backend: String?

    /// How long to wait.
    @Option(name: .long, help: ArgumentHelp("How long to wait: 10, 1.5s, 5m, 2h.", valueName: "duration"))
    package var timeout: TimeSpan?

    /// Whether JSON is written.
    @Flag(name: [.short, .long], help: "Write JSON: one document, or one a line for streams.")
    package var json = false

    /// Whether notes are left out.
    @Flag(name: [.short, .long], help: "Write nothing but data, warnings and errors.")
    package var quiet = false

    /// Whether colours are refused.
    @Flag(name: [.customShort("C"), .long], help: "No colours; NO_COLOR does the same.")
    package var noColor = false

    /// Whether questions are answered with yes.
    @Flag(name: [.short, .long], help: "Answer questions with yes.")
    package var yes = false

    /// Whether the connections log.
    @Flag(name: [.short, .long], help: "Log what the connections do to standard error.")
    package var verbose = false

    /// Creates the options as they are when nothing is given.
    package init() {}
}
