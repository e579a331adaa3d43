import ArgumentParser

/// The command above all others; it has only help and a version.
struct RootCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        let context = CommandContext.current
        return CommandConfiguration(
            commandName: context?.name ?? "taskctl",
            abstract: context?.abstract ?? "",
            discussion: """
                Data goes to standard output, everything else to standard error; --json gives a stable document. The broker \
                is -b, else TASKBROKER_URL, else CELERY_BROKER_URL, else redis://localhost:6379/0.
                See 'help exit-codes' for the meaning of exit codes and 'help json' for the documents.
                """,
            version: context?.version ?? CommandTree.libraryVersion,
            groupedSubcommands: [
                CommandGroup(
                    name: "Tasks",
                    subcommands: [
                        SendCommand.self, ResultCommand.self, StatusCommand.self, GroupCommand.self, TaskCommand.self,
                    ]
                ),
                CommandGroup(name: "Queues", subcommands: [QueueCommand.self, DeadCommand.self]),
                CommandGroup(
                    name: "Workers",
                    subcommands: [
                        WorkerCommand.self, InspectCommand.self, ControlCommand.self, EventsCommand.self,
                        DevCommand.self, TaskHostCommand.self,
                    ]
                ),
                CommandGroup(name: "Care", subcommands: [DoctorCommand.self, FsckCommand.self]),
                CommandGroup(
                    name: "This program",
                    subcommands: [CompletionCommand.self, VersionCommand.self, CommandGuardianCommand.self]
                ),
            ]
                + (context.map { context in
                    context.commands.isEmpty ? [] : [CommandGroup(name: "More", subcommands: context.commands)]
                } ?? [])
        )
    }
}
