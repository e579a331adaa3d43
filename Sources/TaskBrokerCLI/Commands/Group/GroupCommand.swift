import ArgumentParser

/// `group`: the results of tasks that were sent together.
struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "Look at a group that was saved, and wait for it.",
        discussion: """
            A group is found by its id if it was saved: `send --group` does, and so does GroupResult.save() of a program, \
            in Swift as in Python.
            """,
        subcommands: [GroupShowCommand.self, GroupWaitCommand.self]
    )
}
