import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `queue peek NAME`: what will be served next.
struct QueuePeekCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "peek",
        abstract: "Show the messages that will be served next, and leave them."
    )

    @Argument(help: ArgumentHelp("The queue.", valueName: "queue"))
    var queue: String

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many, at most 1000.", valueName: "n"))
    var count = 10

    @OptionGroup(title: "Common") var options: GlobalOptions

    func validate() throws {
        if !(1...1000 ~= self.count) { throw ValidationError("--count has to be from 1 to 1000.") }
    }

    func run(_ session: AppSession) async throws {
        let messages = try await session.app.inspector.peek(self.queue, count: self.count)
        if self.options.json {
            return try session.console.print(
                JSONDocument("messages", items: messages.map { $0.members(in: self.queue) })
            )
        }
        if messages.isEmpty { return session.console.note("Nothing waits in '\(TerminalText.escape(self.queue))'.") }
        try session.console.print(Self.table(messages))
    }

    /// The messages for people.
    static func table(_ messages: [PeekedMessage]) -> Table {
        var table = Table([
            .text("id"), .text("task"), .number("priority"), .number("retries"), .number("bytes"), .text("args"),
            .text("kwargs"),
        ])
        for message in messages {
            let problem = message.problem.map { Table.Cell($0, .red) }
            table.append([
                Table.Cell(message.id ?? "?"), Table.Cell(message.task ?? "?", .cyan),
                "\(message.step)", "\(message.retries)", "\(message.byteCount)",
                problem ?? Table.Cell(message.args ?? ""), problem == nil ? Table.Cell(message.kwargs ?? "") : "",
            ])
        }
        return table
    }
}

extension PeekedMessage {
    /// The members of the document of `--json`.
    func members(in queue: String) -> [String: JSONValue] {
        [
            "id": .text(self.id),
            "task": .text(self.task),
            "queue": .string(queue),
            "priority": .count(self.step),
            "retries": .count(self.retries),
            "args": .text(self.args),
            "kwargs": .text(self.kwargs),
            "eta": .time(self.eta.map(Timestamp.init(secondsSince1970:))),
            "bytes": .count(self.byteCount),
            "problem": .text(self.problem),
        ]
    }
}
