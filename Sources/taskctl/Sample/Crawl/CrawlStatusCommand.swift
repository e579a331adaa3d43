import ArgumentParser
import TaskBroker
import TaskBrokerCLI

/// `crawl status`: shows how far a crawl is, until it is done.
struct CrawlStatusCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how far a crawl is, until it is done."
    )

    @OptionGroup var crawl: CrawlOptions

    @Flag(name: .long, help: "Show the present state, and do not wait.")
    var once = false

    @OptionGroup(title: "Common") var options: GlobalOptions

    /// How often the records are looked at.
    private static let interval: Duration = .milliseconds(500)

    func run(_ session: AppSession) async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let deadline = self.options.timeout.map { begin + $0.duration }
        var progress = CrawlProgress(try self.crawl.site, seeds: try self.crawl.users)
        try await progress.update(from: session.app)
        let doneBefore = progress.done
        var bar = ProgressBar("crawling", console: session.console)
        while !progress.isDone && !self.once {
            if let deadline, clock.now >= deadline {
                bar.clear()
                try self.print(progress, session)
                throw CommandError(.timedOut, "The crawl is not done yet; it goes on.")
            }
            bar.show(progress.done, of: progress.found, failed: progress.profiles.failed + progress.lists.failed)
            try await clock.sleep(for: Self.interval)
            try await progress.update(from: session.app)
        }
        bar.clear()
        try self.print(progress, session)
        let elapsed = begin.duration(to: clock.now)
        if !self.once && progress.done > doneBefore {
            let rate = Double(progress.done - doneBefore) / max(elapsed.inSeconds, 0.001)
            session.console.note("\(Int(rate)) pages a second while it was watched.")
        }
    }

    private func print(_ progress: CrawlProgress, _ session: AppSession) throws {
        if self.options.json {
            try session.console.print(
                JSONDocument(
                    "crawl",
                    [
                        "site": .string(self.crawl.site.base),
                        "done": .bool(progress.isDone),
                        "profiles": progress.profiles.json,
                        "lists": progress.lists.json,
                    ]
                )
            )
        } else {
            try session.console.print(Self.table(progress))
        }
    }

    /// The counts for people.
    static func table(_ progress: CrawlProgress) -> Table {
        var table = Table([
            .text("pages"), .number("found"), .number("fetched"), .number("unreadable"), .number("failed"),
            .number("left"),
        ])
        for (name, counts) in [("profiles", progress.profiles), ("lists", progress.lists)] {
            table.append([
                Table.Cell(name), "\(counts.found)", "\(counts.fetched)", "\(counts.unreadable)",
                Table.Cell("\(counts.failed)", counts.failed > 0 ? .red : nil), "\(counts.found - counts.done)",
            ])
        }
        return table
    }
}

extension CrawlProgress.Counts {
    fileprivate var json: JSONValue {
        [
            "found": .integer(Int64(self.found)),
            "fetched": .integer(Int64(self.fetched)),
            "unreadable": .integer(Int64(self.unreadable)),
            "failed": .integer(Int64(self.failed)),
        ]
    }
}
