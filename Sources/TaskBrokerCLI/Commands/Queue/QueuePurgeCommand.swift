import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `queue purge NAME`: deletes the messages that wait.
struct QueuePurgeCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete the messages that wait in a queue.",
        discussion: "Running tasks and dead letters stay. Asks for the queue's name; in scripts, give --yes."
    )

    @Argument(help: ArgumentHelp("The queue.", valueName: "queue"))
    var queue: String

    @Flag(name: .long, help: "Delete delayed and parked messages, too.")
    var delayed = false

    @Flag(name: .long, help: "Only say how many would be deleted.")
    var dryRun = false

    @Flag(name: [.customShort("f"), .long], help: .hidden)
    var force = false

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let report = try await session.existingQueue(self.queue)
        let expected = report.waiting + (self.delayed ? report.delayed + report.parked : 0)
        if self.dryRun {
            return try session.printChange("purge", self.queue, expected, "\(expected) messages would be deleted from")
        }
        if expected > 0 && !self.force {
            let deed = "delete \(expected) messages from '\(self.queue)' for good"
            try Approval.require(.name(self.queue), to: deed, session)
        }
        let count = try await session.app.inspector.purge(self.queue, includingDelayed: self.delayed)
        try session.printChange("purge", self.queue, count, "\(count) messages deleted from")
    }
}

extension AppSession {
    /// Tells what was done to a queue: on standard output as a document, else on standard error as a sentence.
    func printChange(_ action: String, _ queue: String, _ count: Int, _ sentence: String) throws {
        if self.options.json {
            try self.console.print(
                JSONDocument(
                    "changed",
                    [
                        "action": .string(action), "queue": .string(queue), "count": .count(count),
                    ]
                )
            )
        } else {
            self.console.note("\(sentence) '\(TerminalText.escape(queue))'.")
        }
    }
}
