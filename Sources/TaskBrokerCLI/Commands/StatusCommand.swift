import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `status [ID]`: where a task is, or which workers there are.
struct StatusCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where a task is; without an id, which workers run.",
        discussion: "Exits with 3 if there is no such task, and with 69 if no worker runs."
    )

    @Argument(help: ArgumentHelp("The id of a task.", valueName: "id"))
    var id: String?

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        if let id {
            try await TaskStatus(id, session).print()
        } else {
            try await self.printWorkers(session)
        }
    }

    private func printWorkers(_ session: AppSession) async throws {
        let workers = try await session.app.inspector.workers()
        if self.options.json {
            try session.console.print(JSONDocument("workers", items: workers.map(\.members)))
        } else if !workers.isEmpty {
            try session.console.print(Self.table(workers, now: .now()))
        }
        guard workers.isEmpty else { return }
        session.console.say("No worker is running on this broker. Start one: \(session.context.name) worker")
        throw ExitCode(ExitStatus.unavailable.rawValue)
    }

    /// The workers for people.
    static func table(_ workers: [WorkerRecord], now: Timestamp) -> Table {
        var table = Table([
            .text("worker"), .text("queues"), .number("running"), .number("slots"), .number("done"), .number("pid"),
            .text("up"), .text("seen"),
        ])
        let now = Double(now.microseconds) / 1e6
        for worker in workers {
            table.append([
                Table.Cell(worker.node, .cyan),
                Table.Cell(worker.queues.joined(separator: ",")),
                "\(worker.active)", "\(worker.concurrency)", "\(worker.processed)", "\(worker.pid)",
                Table.Cell(RelativeTime.text(now - worker.started)),
                Table.Cell(RelativeTime.text(from: now, to: worker.seen)),
            ])
        }
        return table
    }
}

extension WorkerRecord {
    /// The members of the document of `--json`.
    var members: [String: JSONValue] {
        [
            "node": .string(self.node),
            "pid": .count(self.pid),
            "queues": .array(self.queues.map(JSONValue.string)),
            "concurrency": .count(self.concurrency),
            "active": .count(self.active),
            "processed": .count(self.processed),
            "started": .time(Timestamp(secondsSince1970: self.started)),
            "seen": .time(Timestamp(secondsSince1970: self.seen)),
        ]
    }
}
