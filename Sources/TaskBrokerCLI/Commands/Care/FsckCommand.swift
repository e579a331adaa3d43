import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `fsck`: looks for damage in Redis, and repairs it.
struct FsckCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Look for damage in the queues, and repair it.",
        discussion: """
            Changes nothing without --repair. It may run at any time: Redis is read in small steps, and what looks wrong is looked at \
            again, in one step with all that it depends on, before it is reported or repaired. No repair deletes a message.

            \(FsckReport.classes)

            Exits with 7 if something has to be looked at: damage that was not repaired, or messages that are lost.
            """
    )

    @Flag(name: .long, help: "Repair what can be repaired without loss.")
    var repair = false

    @Flag(name: .long, help: "Only report; this is how it works without --repair.")
    var dryRun = false

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp("Only these classes, separated by commas.", valueName: "classes")
    )
    var classes: [NameList] = []

    @Option(
        name: .long,
        help: ArgumentHelp("After how long without a sign a complete chord counts as stuck.", valueName: "duration")
    )
    var silence = TimeSpan(.seconds(3600))

    @Option(
        name: .long,
        help: ArgumentHelp("The lease of the workers, for claims that lost theirs.", valueName: "duration")
    )
    var lease = TimeSpan(.seconds(30))

    @OptionGroup(title: "Common") var options: GlobalOptions

    func validate() throws {
        if self.repair && self.dryRun { throw ValidationError("Give --repair or --dry-run, not both.") }
        _ = try self.kinds()
    }

    func run(_ session: AppSession) async throws {
        let options = ExaminationOptions(
            kinds: try self.kinds(),
            isRepairing: self.repair,
            quietTime: self.silence.duration,
            lease: self.lease.duration
        )
        let report = FsckReport(session)
        var bar = ProgressBar("keys", console: session.console)
        // What is reported must not end up behind the bar.
        let sums = try await session.app.inspector.examine(options) { progress in
            let detail = progress.entries > 0 ? "\(progress.entries) entries" : nil
            bar.show(progress.keys, of: max(progress.keys, progress.allKeys), detail: detail)
        } _: { damage in
            bar.clear()
            try report.print(damage)
        }
        bar.clear()
        try report.print(sums)
        if sums.needsAttention { throw ExitCode(ExitStatus.unhealthy.rawValue) }
    }

    /// The classes that were asked for; `nil` for all.
    private func kinds() throws -> Set<Damage.Kind>? {
        guard let names = self.classes.names else { return nil }
        let known = Damage.Kind.allCases.map(\.rawValue)
        return Set(
            try names.map { name in
                if let kind = Damage.Kind(rawValue: name) { return kind }
                let nearest = Suggestion.nearest(to: name, in: known).map { "Did you mean '\($0)'?" }
                throw ValidationError(
                    "There is no class '\(name)'. \(nearest ?? "There are: \(known.joined(separator: ", ")).")"
                )
            }
        )
    }
}
