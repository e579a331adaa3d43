import ArgumentParser
import TaskBroker

/// Which dead letters a command is about: those with ids, those of a queue, or all.
struct DeadSelection: ParsableArguments, Sendable {
    @Argument(help: ArgumentHelp("The ids of tasks or dead letters.", valueName: "id"))
    var ids: [String] = []

    @Option(name: [.customShort("Q"), .long], help: ArgumentHelp("All of this queue.", valueName: "queue"))
    var queue: String?

    @Flag(name: .long, help: "All of every queue.")
    var all = false

    @Flag(name: .long, help: "Only say how many would be hit.")
    var dryRun = false

    func validate() throws {
        let ways = [!self.ids.isEmpty, self.queue != nil, self.all].count { $0 }
        if ways != 1 { throw ValidationError("Give ids, or --queue QUEUE, or --all.") }
    }
}

extension DeadSelection {
    /// Does something to the selected dead letters, after asking.
    ///
    /// - Throws: ``CommandError`` if there are none.
    func run(
        _ action: String,
        past: String,
        _ session: AppSession,
        _ body: (Inspector, DeadLetterSelection) async throws -> Int
    ) async throws {
        let inspector = try session.app.inspector
        let wanted = Set(self.ids)
        let letters = try await inspector.deadLetters(queue: self.queue, limit: 1_000_000).filter { letter in
            wanted.isEmpty || wanted.contains(letter.id) || letter.taskID.map(wanted.contains) ?? false
        }
        if letters.isEmpty && !wanted.isEmpty {
            throw CommandError(
                .notFound,
                "There is no dead letter with such an id.",
                advice: "List them: \(session.context.name) dead ls"
            )
        }
        let place = self.queue ?? "all queues"
        if self.dryRun {
            return try session.printChange(action, place, letters.count, "\(letters.count) would be \(past):")
        }
        // Whoever names ids has decided; a whole queue is worth a question.
        if wanted.isEmpty && !letters.isEmpty {
            try Approval.require(.yes, to: "\(action) \(letters.count) dead letters of \(place)", session)
        }
        let count = try await body(inspector, wanted.isEmpty ? .all(queue: self.queue) : .ids(self.ids))
        try session.printChange(action, place, count, "\(count) \(past):")
    }
}
