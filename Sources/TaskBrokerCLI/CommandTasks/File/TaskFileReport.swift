import CeleryProtocol
import TaskBroker

/// What `worker --check` prints about a task file.
struct TaskFileReport: Sendable {
    private let file: TaskFile

    init(_ file: TaskFile) {
        self.file = file
    }
}

extension TaskFileReport {
    func print(_ console: Console, asJSON isJSON: Bool) throws {
        if isJSON {
            try console.print(JSONDocument("command-task", items: self.file.tasks.map(\.document)))
            return
        }
        var table = Table([.text("task"), .text("queue"), .text("soft"), .text("hard"), .text("command")])
        for task in self.file.tasks {
            table.append([
                Table.Cell(task.name),
                Table.Cell(task.options.queue ?? "(default)"),
                Table.Cell(task.options.softTimeLimit.map(Self.text) ?? "-"),
                Table.Cell(task.options.timeLimit.map(Self.text) ?? "-"),
                Table.Cell(task.commandLine),
            ])
        }
        try console.print(table)
        console.note("\(self.file.tasks.count.counted("task")), nothing is wrong.")
    }

    private static func text(_ limit: Duration) -> String { TimeSpan(limit).defaultValueDescription }
}

extension CommandTask {
    fileprivate var commandLine: String {
        ([self.executable] + self.words.dropFirst().map(\.description)).joined(separator: " ")
    }

    fileprivate var document: [String: JSONValue] {
        [
            "task": .string(self.name),
            "description": .text(self.summary),
            "program": .string(self.executable),
            "command": .array(self.words.map { .string($0.description) }),
            "directory": .string(self.directory),
            "user": .text(self.identity.map { $0.name ?? "\($0.user)" }),
            // Names only: values may be secrets.
            "environment": .array(self.environment.keys.sorted().map(JSONValue.string)),
            "queue": .text(self.options.queue),
            "soft_time_limit": Self.seconds(self.options.softTimeLimit),
            "time_limit": Self.seconds(self.options.timeLimit),
            "output": .string(self.format.rawValue),
            "output_limit": .integer(Int64(self.outputLimit)),
            "limits": .object(
                Dictionary(self.resources.map { ($0.resource.rawValue, .integer(Int64(clamping: $0.value))) }) { $1 }
            ),
            "ignore_result": .bool(self.options.ignoresResult ?? false),
            "rate_limit": .text(self.options.rateLimit?.description),
            "max_retries": .count(self.retry.schedule?.maxRetries),
        ]
    }

    private static func seconds(_ limit: Duration?) -> JSONValue { limit.map { .double($0.inSeconds) } ?? .null }
}
