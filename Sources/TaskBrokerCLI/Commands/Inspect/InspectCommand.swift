import ArgumentParser
import TaskBroker

/// `inspect METHOD`: asks workers how they are.
struct InspectCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Ask workers, Swift or Python, what they are doing.",
        discussion: """
            METHODS:
            \(RemoteMethod.table(.inspect))

            EXAMPLES:
              taskctl inspect active
              taskctl inspect stats -d celery@web1,celery@web2
              taskctl inspect query_task 0b5d… --json
              taskctl inspect my_command --kwargs '{"n": 3}'

            The forms are those of 'celery inspect'. Exits with 69 if no worker answers, and with 1 if one answers with an \
            error.
            """
    )

    @Argument(help: "What to ask.", completion: .list(RemoteMethod.all(.inspect).map(\.name)))
    var method: String

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("What the method needs.", valueName: "args"))
    var words: [String] = []

    @OptionGroup(title: "Workers") var remote: RemoteOptions
    @OptionGroup(title: "Common") var options: GlobalOptions

    func validate() throws {
        try self.remote.validate(self.method, self.words, .inspect)
    }

    func run(_ session: AppSession) async throws {
        try await RemoteCall(self.method, self.words, .inspect, self.remote, session).run()
    }
}
