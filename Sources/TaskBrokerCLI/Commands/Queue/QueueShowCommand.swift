import ArgumentParser
import TaskBroker

/// `queue show NAME`: one queue.
struct QueueShowCommand: AppCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one queue.")

    @Argument(help: ArgumentHelp("The queue.", valueName: "queue"))
    var queue: String

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let queue = try await session.existingQueue(self.queue)
        if self.options.json { return try session.console.print(JSONDocument("queue", queue.members)) }
        let priorities = zip([0, 3, 6, 9], queue.waitingByStep).filter { $0.0 > 0 && $0.1 > 0 }
            .map { "\($0.1) at priority \($0.0)" }
        let lines = [
            ("queue", queue.name),
            (
                "waiting",
                "\(queue.waiting)" + (priorities.isEmpty ? "" : ", of these \(priorities.joined(separator: ", "))")
            ),
            ("may hold", queue.maxLength.map { "\($0), of which \(queue.occupied) are taken" } ?? "any number"),
            ("running", "\(queue.inFlight)"),
            ("delayed", "\(queue.delayed)"),
            ("parked", "\(queue.parked)"),
            ("dead", "\(queue.dead)"),
            ("state", queue.isPaused ? "paused" : "active"),
            ("workers", queue.consumers.isEmpty ? "none" : queue.consumers.joined(separator: ", ")),
        ]
        for (label, value) in lines { try session.console.print(label: label, value) }
    }
}

extension AppSession {
    /// The report of a queue that somebody has used or declared.
    ///
    /// - Throws: ``CommandError`` with the nearest name if there is no such queue.
    func existingQueue(_ name: String) async throws -> QueueReport {
        let listing = try await self.app.inspector.queues()
        if let report = listing.queues.first(where: { $0.name == name }) { return report }
        let report = try await self.app.inspector.queue(name)
        let isUsed = report.waiting + report.inFlight + report.delayed + report.parked + report.dead > 0
        if isUsed || report.isPaused || !listing.isComplete { return report }
        let nearest = Suggestion.nearest(to: name, in: listing.queues.map(\.name))
        throw CommandError(
            .notFound,
            "There is no queue '\(name)': nobody has declared it, and it is empty.",
            advice: nearest.map { "Did you mean '\($0)'?" } ?? "List the queues: \(self.context.name) queue ls"
        )
    }
}
