import ArgumentParser
import TaskBroker

/// `queue pause NAME`: keeps workers from taking messages.
struct QueuePauseCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Keep workers from taking messages of a queue.",
        discussion: "Running tasks go on, and messages can be sent. Python workers do not know of it."
    )

    @Argument(help: ArgumentHelp("The queue.", valueName: "queue"))
    var queue: String

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        _ = try await session.existingQueue(self.queue)
        let isChanged = try await session.app.inspector.pause(self.queue)
        try session.printChange("pause", self.queue, isChanged ? 1 : 0, isChanged ? "Paused" : "Already paused:")
    }
}
