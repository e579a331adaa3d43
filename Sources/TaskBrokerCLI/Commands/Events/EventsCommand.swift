import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `events`: what workers tell about themselves and their tasks, as it happens.
struct EventsCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Watch what workers and tasks do, as it happens.",
        discussion: """
            EXAMPLES:
              taskctl events --enable
              taskctl events --type 'task-failed,worker-*' --for 10m
              taskctl events --json | jq -r 'select(.event.type == "task-failed").event.exception'

            Workers of Swift and of Python are heard alike. They always say that they are alive; about tasks they only speak \
            with -E, or after --enable or 'control enable_events'. Nothing is stored: what happened before is not shown. \
            Ends with --for, or with Ctrl-C.
            """
    )

    @Option(
        name: [.customShort("T"), .long],
        help: ArgumentHelp("Only these types of events; * is any text.", valueName: "a,b")
    )
    var type: [NameList] = []

    @Option(name: .customLong("for"), help: ArgumentHelp("How long to watch: 10s, 5m.", valueName: "duration"))
    var length: TimeSpan?

    @Flag(name: .long, help: "Make workers send events about tasks from now on, also those that start meanwhile.")
    var enable = false

    @Flag(name: [.customShort("d"), .long], help: .hidden)
    var dump = false

    @OptionGroup(title: "Common") var options: GlobalOptions

    var isEndedByInterruption: Bool { true }

    func run(_ session: AppSession) async throws {
        if !self.enable {
            session.console.hint("Workers tell about tasks only with -E, or when they are told to: --enable.")
        }
        try await session.app.inspector.withEvents(self.type.names ?? []) { events in
            let watch = try await withThrowingTaskGroup(of: EventWatch?.self, returning: EventWatch?.self) { group in
                group.addTask {
                    var watch = EventWatch(session, events, enables: self.enable)
                    try await watch.follow()
                    return watch
                }
                if let length = self.length {
                    group.addTask {
                        try? await Task.sleep(for: length.duration)
                        return nil
                    }
                }
                var watch: EventWatch?
                for try await ended in group {
                    watch = watch ?? ended
                    group.cancelAll()
                }
                return watch
            }
            watch?.summarize()
        }
    }
}
