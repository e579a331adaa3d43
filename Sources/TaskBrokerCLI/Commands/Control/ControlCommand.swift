import ArgumentParser
import TaskBroker

/// `control METHOD`: tells workers what to do.
struct ControlCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "control",
        abstract: "Tell workers, Swift or Python, what to do.",
        discussion: """
            METHODS:
            \(RemoteMethod.table(.control))

            EXAMPLES:
              taskctl control rate_limit mail.send 10/m
              taskctl control revoke 0b5d… 91ac…
              taskctl control pool_grow 2 -d celery@web1
              taskctl control shutdown --pattern 'celery@web*' --dry-run

            The forms are those of 'celery control'. What cannot be taken back is asked about; in scripts, give --yes. Exits \
            with 69 if no worker answers, and with 1 if one answers with an error.
            """
    )

    @Argument(help: "What to do.", completion: .list(RemoteMethod.all(.control).map(\.name)))
    var method: String

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("What the method needs.", valueName: "args"))
    var words: [String] = []

    @OptionGroup(title: "Workers") var remote: RemoteOptions

    @Flag(name: .long, help: "Only say which workers would do it.")
    var dryRun = false

    @OptionGroup(title: "Common") var options: GlobalOptions

    func validate() throws {
        try self.remote.validate(self.method, self.words, .control)
    }

    func run(_ session: AppSession) async throws {
        let call = try RemoteCall(self.method, self.words, .control, self.remote, session)
        if self.dryRun { return try await call.rehearse() }
        if let deed = call.request.method.deed {
            let words = self.words.isEmpty ? "" : " \(self.words.joined(separator: " "))"
            try Approval.require(.yes, to: "make \(self.remote.target) \(deed)\(words)", session)
        }
        try await call.run()
    }
}
