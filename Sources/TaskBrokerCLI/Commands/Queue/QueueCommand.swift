import ArgumentParser

/// `queue`: looking after queues.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Look at queues, and empty, pause, resume or move them.",
        subcommands: [
            QueueListCommand.self, QueueShowCommand.self, QueuePeekCommand.self, QueuePurgeCommand.self,
            QueuePauseCommand.self, QueueResumeCommand.self, QueueMoveCommand.self,
        ]
    )
}
