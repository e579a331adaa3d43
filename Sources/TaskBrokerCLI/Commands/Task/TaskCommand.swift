import ArgumentParser

/// `task`: what is known of one task.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Look at one task.",
        subcommands: [TaskTreeCommand.self]
    )
}
