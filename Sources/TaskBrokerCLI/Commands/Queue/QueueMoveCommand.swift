import ArgumentParser
import TaskBroker

/// `queue move SOURCE DESTINATION`: moves the messages that wait.
struct QueueMoveCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Move the messages that wait in a queue to the end of another one."
    )

    @Argument(help: ArgumentHelp("The queue to take from.", valueName: "source"))
    var source: String

    @Argument(help: ArgumentHelp("The queue to add to.", valueName: "destination"))
    var destination: String

    @Option(name: .long, help: ArgumentHelp("How many at most.", valueName: "n"))
    var limit: Int?

    @Flag(name: .long, help: "Only say how many would be moved.")
    var dryRun = false

    @OptionGroup(title: "Common") var options: GlobalOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit has to be 1 or more.") }
    }

    func run(_ session: AppSession) async throws {
        let report = try await session.existingQueue(self.source)
        let expected = min(report.waiting, self.limit ?? .max)
        if self.dryRun {
            return try session.printChange("move", self.source, expected, "\(expected) messages would be moved from")
        }
        if expected > 0 {
            let deed = "move \(expected) messages from '\(self.source)' to '\(self.destination)'"
            try Approval.require(.yes, to: deed, session)
        }
        let count = try await session.app.inspector.move(from: self.source, to: self.destination, limit: self.limit)
        try session.printChange("move", self.source, count, "\(count) messages moved from")
    }
}
