import ArgumentParser
import TaskBroker

/// `dead discard`: deletes dead letters.
struct DeadDiscardCommand: AppCommand {
    static let configuration = CommandConfiguration(commandName: "discard", abstract: "Delete dead letters for good.")

    @OptionGroup var selection: DeadSelection
    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        try await self.selection.run("discard", past: "deleted", session) { try await $0.discardDead($1) }
    }
}
