import ArgumentParser
import TaskBroker

/// `dead retry`: runs dead letters again.
struct DeadRetryCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Put dead letters back into their queues, with fresh counters."
    )

    @OptionGroup var selection: DeadSelection
    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        try await self.selection.run("retry", past: "put back", session) { try await $0.retryDead($1) }
    }
}
