import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `task tree ID`: the workflow that a task belongs to.
struct TaskTreeCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Show the workflow that a task belongs to: what sent it, and what it has sent.",
        discussion: """
            Told by the stored results, from the first task that still has one. A task tells what it has sent when it \
            ends. Names are known where workers store extended results. Exits with 3 if nothing is stored of the task.
            """
    )

    @Argument(help: ArgumentHelp("The id of any task of the workflow.", valueName: "id"))
    var id: String

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        guard let tree = try await TaskTree.read(of: self.id, from: session.app.backend) else {
            throw CommandError(
                .notFound,
                "No result of the task '\(self.id)' is stored.",
                advice: "It may wait or run: \(session.context.name) status \(self.id)"
            )
        }
        let lines = TaskTreeLines(tree, asked: self.id)
        if self.options.json { return try session.console.print(lines.document) }
        for line in lines.text(session.console.palette) { try session.console.print(line) }
    }
}
