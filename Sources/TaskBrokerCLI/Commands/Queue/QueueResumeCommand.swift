import ArgumentParser
import TaskBroker

/// `queue resume NAME`: ends `queue pause`.
struct QueueResumeCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let workers take messages of a queue again."
    )

    @Argument(help: ArgumentHelp("The queue.", valueName: "queue"))
    var queue: String

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        _ = try await session.existingQueue(self.queue)
        let isChanged = try await session.app.inspector.resume(self.queue)
        try session.printChange("resume", self.queue, isChanged ? 1 : 0, isChanged ? "Resumed" : "Not paused:")
    }
}
