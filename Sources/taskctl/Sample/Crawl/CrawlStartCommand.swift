import ArgumentParser
import TaskBroker
import TaskBrokerCLI

/// `crawl start`: sends the tasks that a crawl begins with.
struct CrawlStartCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Send the first tasks of a crawl."
    )

    @OptionGroup var crawl: CrawlOptions
    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let site = try self.crawl.site
        let login = Sessions.call(site, key: Sessions.key(site, slot: Sessions.slot(at: .now())))
        let ids = try await session.app.send([login] + self.crawl.users.flatMap(site.calls))
        if self.options.json {
            try session.console.print(
                JSONDocument(
                    "crawl-started",
                    [
                        "site": .string(site.base), "tasks": .array(ids.map(JSONValue.string)),
                    ]
                )
            )
        } else {
            for id in ids { try session.console.print(TerminalText.escape(id)) }
        }
        session.console.hint("Watch it: \(session.context.name) crawl status \(site.base)")
    }
}
