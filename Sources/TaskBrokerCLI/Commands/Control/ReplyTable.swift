import CeleryProtocol
import TaskBroker

/// The answers of all workers in one table, for methods that answer with a list of like things.
enum ReplyTable {
    /// The table; `nil` for methods whose answers have no columns.
    static func table(of method: String, _ answers: [(node: String, answer: JSONValue)]) -> Table? {
        switch method {
        case "ping": self.pings(answers)
        case "active", "reserved", "scheduled", "query_task": self.tasks(answers, method)
        case "active_queues": self.queues(answers)
        case "registered" where answers.allSatisfy({ $0.answer.arrayValue != nil }): self.registered(answers)
        default: nil
        }
    }

    private static func pings(_ answers: [(node: String, answer: JSONValue)]) -> Table? {
        guard !answers.isEmpty else { return nil }
        var table = Table([.text("worker"), .text("answer")])
        for (node, answer) in answers {
            guard case .done(let value) = ControlAnswer.Outcome(answer), let text = value.stringValue else {
                return nil
            }
            table.append([Table.Cell(node, .cyan), Table.Cell(text, .green)])
        }
        return table
    }

    private static func tasks(_ answers: [(node: String, answer: JSONValue)], _ method: String) -> Table {
        let what: Table.Column =
            switch method {
            case "scheduled": .text("due")
            case "query_task": .text("where")
            default: .text("running")
            }
        var table = Table([.text("worker"), .text("id"), .text("task"), what, .text("args"), .text("kwargs")])
        let now = Double(Timestamp.now().microseconds) / 1e6
        for (node, answer) in answers {
            for task in HeldTaskDigest.all(in: answer) {
                let running = task.started.map { RelativeTime.text(now - $0) }
                table.append([
                    Table.Cell(node, .cyan), Table.Cell(task.id), Table.Cell(task.name, .bold),
                    Table.Cell(task.eta ?? task.place ?? running ?? "-"),
                    Table.Cell(self.text(task.args)), Table.Cell(self.text(task.kwargs)),
                ])
            }
        }
        return table
    }

    private static func queues(_ answers: [(node: String, answer: JSONValue)]) -> Table {
        var table = Table([.text("worker"), .text("queue"), .text("exchange"), .text("type"), .text("key")])
        for (node, answer) in answers {
            for queue in (answer.arrayValue ?? []).map(QueueDocument.init) {
                table.append([
                    Table.Cell(node, .cyan), Table.Cell(queue.name, .bold), Table.Cell(queue.exchange),
                    Table.Cell(queue.exchangeType), Table.Cell(queue.routingKey),
                ])
            }
        }
        return table
    }

    /// Every task once, with the workers that know it: a fleet of equals would repeat itself otherwise.
    private static func registered(_ answers: [(node: String, answer: JSONValue)]) -> Table {
        var nodes: [String: [String]] = [:]
        for (node, answer) in answers {
            for task in (answer.arrayValue ?? []).compactMap(\.stringValue) { nodes[task, default: []].append(node) }
        }
        var table = Table([.text("task"), .text("workers")])
        for (task, nodes) in nodes.sorted(by: { $0.key < $1.key }) {
            let isEverywhere = nodes.count == answers.count
            table.append([
                Table.Cell(task, .bold),
                isEverywhere ? Table.Cell("all", .dim) : Table.Cell(nodes.joined(separator: ", "), .cyan),
            ])
        }
        return table
    }

    /// Arguments as they came: Celery sends values, older versions the text of them.
    private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.description }
}
