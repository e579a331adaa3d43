import ArgumentParser
import TaskBroker

/// `group wait ID`: waits for all members of a group.
struct GroupWaitCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait for all members of a group; prints an array of what they returned.",
        discussion: """
            What failed members ended with goes to standard error, and the exit code is 4; 5 if one was revoked and none \
            failed, 3 if there is no such group, 124 if --timeout is over.
            """
    )

    @Argument(help: ArgumentHelp("The id of the group.", valueName: "id"))
    var id: String

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let status = try await GroupWaiter(session).wait(for: session.app.groupResult(for: self.id))
        if status != .success { throw ExitCode(status.rawValue) }
    }
}
