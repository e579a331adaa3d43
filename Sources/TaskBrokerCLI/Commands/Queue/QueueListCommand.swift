import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `queue ls`: all queues in one table.
struct QueueListCommand: AppCommand {
    static let configuration = CommandConfiguration(commandName: "ls", abstract: "List the queues.", aliases: ["list"])

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let listing = try await session.app.inspector.queues()
        if self.options.json {
            try session.console.print(JSONDocument("queues", items: listing.queues.map(\.members)))
        } else {
            try session.console.print(Self.table(listing.queues))
        }
        if !listing.isComplete {
            session.console.note("There are more keys in this Redis than were looked at: queues may be missing.")
        }
    }

    /// The queues for people; zeros are dimmed, so that what matters stands out.
    static func table(_ queues: [QueueReport]) -> Table {
        var table = Table([
            .text("queue"), .number("waiting"), .number("running"), .number("delayed"), .number("parked"),
            .number("dead"), .number("bound"),
            .text("state"), .text("workers"),
        ])
        let number = { (count: Int, style: Style?) in Table.Cell("\(count)", count == 0 ? .dim : style) }
        for queue in queues {
            table.append([
                Table.Cell(queue.name, .cyan),
                number(queue.waiting, nil), number(queue.inFlight, nil), number(queue.delayed, nil),
                number(queue.parked, .yellow), number(queue.dead, .red),
                queue.maxLength.map { Table.Cell("\($0)", queue.occupied >= $0 ? .red : nil) } ?? Table.Cell("-", .dim),
                queue.isPaused ? Table.Cell("paused", .yellow) : "active",
                Table.Cell("\(queue.consumers.count)", queue.consumers.isEmpty && queue.waiting > 0 ? .red : nil),
            ])
        }
        return table
    }
}

extension QueueReport {
    /// How many messages count against its bound.
    var occupied: Int { self.waiting + self.delayed + self.parked }

    /// The members of the document of `--json`.
    var members: [String: JSONValue] {
        [
            "name": .string(self.name),
            "waiting": .count(self.waiting),
            "waiting_by_priority": .object(
                Dictionary(zip(["0", "3", "6", "9"], self.waitingByStep.map { JSONValue.count($0) })) { $1 }
            ),
            "running": .count(self.inFlight),
            "delayed": .count(self.delayed),
            "parked": .count(self.parked),
            "dead": .count(self.dead),
            "paused": .bool(self.isPaused),
            "max_length": self.maxLength.map(JSONValue.count) ?? .null,
            "workers": .array(self.consumers.map(JSONValue.string)),
        ]
    }
}
