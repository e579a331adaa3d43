import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `group show ID`: the members of a group, and how far they are.
struct GroupShowCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the members of a group and how far they are.",
        discussion: "Exits with 3 if there is no such group."
    )

    @Argument(help: ArgumentHelp("The id of the group.", valueName: "id"))
    var id: String

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let report = GroupReport(id: self.id, members: try await session.app.groupResult(for: self.id).members)
        if self.options.json { return try session.console.print(report.document) }
        try session.console.print(report.table)
        session.console.note(report.summary)
    }
}
