import ArgumentParser
import TaskBroker

/// `result ID…`: waits for tasks to end and prints what they returned.
struct ResultCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "result",
        abstract: "Print what a task returned; waits for it.",
        discussion: """
            The value of one task is printed as it is: text raw, everything else as JSON. Of several tasks, one JSON \
            document a line is printed as each ends. What a failed task ended with goes to standard error, and the exit \
            code is 4; 5 if it was revoked, 3 if there never was such a task, 124 if --timeout is over.
            """
    )

    @Argument(help: ArgumentHelp("The ids of the tasks.", valueName: "id"))
    var ids: [String]

    @Flag(inversion: .prefixedNo, help: "Wait for tasks that have not ended.")
    var wait = true

    @Flag(name: .long, help: "Print the traceback of a failed task, too.")
    var traceback = false

    @Flag(name: .long, help: "Do not escape control characters in text that is printed to a terminal.")
    var raw = false

    @Flag(name: .long, help: "Delete the result after printing it.")
    var forget = false

    @Option(name: [.customShort("t"), .long], help: .hidden)
    var task: String?

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let waiter = ResultWaiter(session, waits: self.wait, showsTraceback: self.traceback, isRaw: self.raw)
        let statuses =
            if self.ids.count == 1 {
                [try await waiter.printResult(of: self.ids[0], forgetting: self.forget)]
            } else {
                try await waiter.printDocuments(of: self.ids, forgetting: self.forget)
            }
        if let status = statuses.first(where: { $0 != .success }) { throw ExitCode(status.rawValue) }
    }
}
