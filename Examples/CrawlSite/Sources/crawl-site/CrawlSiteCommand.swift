import ArgumentParser
import CrawlSite
import CrawlSiteServer

/// `crawl-site`: serves a made-up social network to crawlers.
@main
struct CrawlSiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crawl-site",
        abstract: "Serves a made-up social network for crawlers to practise on.",
        discussion: """
            Prints one line, "crawl-site listening on http://…", on standard output when it is ready. The same seed and \
            number of users give the same pages. SIGTERM and SIGINT stop it.
            """
    )

    @OptionGroup(title: "Listening") var listening: ListeningOptions
    @OptionGroup(title: "Content") var content: ContentOptions
    @OptionGroup(title: "Login and limits") var access: AccessOptions

    func validate() throws {
        do {
            _ = try self.makeServer()
        } catch {
            throw ValidationError(error.message)
        }
    }

    func run() async throws {
        let stops = await StopRequests(untilStdinCloses: self.listening.untilStdinCloses)
        let server = try self.makeServer()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await server.run { address in
                        StandardStream.output.writeLine("crawl-site listening on http://\(address)")
                        StandardStream.error.writeLine(self.hint)
                    }
                }
                group.addTask { await stops.first() }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch let error as CrawlSiteError {
            StandardStream.error.writeLine("crawl-site: \(error)")
            throw ExitCode(Self.unavailable)
        }
    }
}

extension CrawlSiteCommand {
    /// `EX_UNAVAILABLE` of sysexits.h.
    static let unavailable: Int32 = 69

    private func makeServer() throws(CrawlSiteError) -> CrawlSiteServer {
        try CrawlSiteServer(
            site: SiteConfiguration(
                seed: self.content.seed,
                users: self.content.users,
                faults: self.content.faults,
                rate: self.access.rate,
                sessionLifetime: .seconds(self.access.sessionLifetime),
                loginName: self.access.loginName,
                password: self.access.password
            ),
            address: self.listening.address,
            latency: .milliseconds(self.access.latency)
        )
    }

    private var hint: String {
        "\(self.content.users) users, seed \(self.content.seed); log in as \(self.access.loginName); figures at /stats; "
            + (self.listening.untilStdinCloses ? "stops when standard input closes" : "stop with Ctrl-C")
    }
}
