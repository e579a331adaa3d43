import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `dead show ID`: one dead letter with its message.
struct DeadShowCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a dead letter with its message."
    )

    @Argument(help: ArgumentHelp("The id of the task or of the dead letter.", valueName: "id"))
    var id: String

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let letters = try await session.app.inspector.deadLetters(limit: 10_000)
        guard let letter = letters.first(where: { $0.id == self.id || $0.taskID == self.id }) else {
            throw CommandError(
                .notFound,
                "There is no dead letter '\(self.id)'.",
                advice: "List them: \(session.context.name) dead ls"
            )
        }
        let message = String(decoding: letter.raw, as: UTF8.self)
        if self.options.json {
            let members = letter.members.merging(["message": .string(message)]) { own, _ in own }
            return try session.console.print(JSONDocument("dead-letter", members))
        }
        let lines: [(String, String)] = [
            ("id", letter.id), ("task id", letter.taskID ?? "?"), ("task", letter.task ?? "?"), ("queue", letter.queue),
            ("died", Timestamp(secondsSince1970: letter.time).iso8601), ("reason", letter.reason), ("message", message),
        ]
        for (label, value) in lines { try session.console.print(label: label, value) }
    }
}
