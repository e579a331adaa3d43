import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `dead ls`: the dead letters, newest first.
struct DeadListCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the dead letters, newest first.",
        aliases: ["list"]
    )

    @Option(name: [.customShort("Q"), .long], help: ArgumentHelp("Only those of this queue.", valueName: "queue"))
    var queue: String?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many at most.", valueName: "n"))
    var limit = 100

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let letters = try await session.app.inspector.deadLetters(queue: self.queue, limit: self.limit)
        if self.options.json {
            return try session.console.print(JSONDocument("dead", items: letters.map(\.members)))
        }
        if letters.isEmpty { return session.console.note("There are no dead letters.") }
        try session.console.print(Self.table(letters, now: .now()))
    }

    /// The dead letters for people.
    static func table(_ letters: [DeadLetter], now: Timestamp) -> Table {
        var table = Table([.text("id"), .text("queue"), .text("task"), .text("died"), .text("reason")])
        let now = Double(now.microseconds) / 1e6
        for letter in letters {
            table.append([
                Table.Cell(letter.taskID ?? letter.id), Table.Cell(letter.queue), Table.Cell(letter.task ?? "?", .cyan),
                Table.Cell(RelativeTime.text(from: now, to: letter.time)), Table.Cell(letter.reason, .red),
            ])
        }
        return table
    }
}

extension DeadLetter {
    /// The members of the document of `--json`.
    var members: [String: JSONValue] {
        [
            "id": .string(self.id),
            "task_id": .text(self.taskID),
            "task": .text(self.task),
            "queue": .string(self.queue),
            "priority": .count(self.step),
            "reason": .string(self.reason),
            "died": .time(Timestamp(secondsSince1970: self.time)),
            "bytes": .count(self.raw.count),
        ]
    }
}
