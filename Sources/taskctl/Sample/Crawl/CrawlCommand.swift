import ArgumentParser
import TaskBrokerCLI

/// `crawl`: the crawler of the sample app.
struct CrawlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crawl",
        abstract: "Crawl a social network with the sample app.",
        discussion: """
            EXAMPLE (Examples/CrawlSite is a site to practise on; workers may run on any number of machines):
              taskctl worker -Q login,user -c 8
              taskctl worker -Q login,fans -c 2
              taskctl crawl start http://127.0.0.1:8808
              taskctl crawl status http://127.0.0.1:8808

            Profiles, lists and logins have queues of their own, so that each gets the workers that it is worth. A page is \
            sent once a day, however often it is found and whoever starts the crawl.
            """,
        subcommands: [CrawlStartCommand.self, CrawlStatusCommand.self]
    )
}

/// The site, and where the crawl begins.
struct CrawlOptions: ParsableArguments, Sendable {
    @Argument(help: ArgumentHelp("The base URL of the site.", valueName: "base-url"))
    var base: String

    @Option(name: .long, help: ArgumentHelp("The ids of the users to begin with.", valueName: "ids"))
    var seeds: NameList = NameList(names: ["1", "2", "3"])

    func validate() throws {
        _ = try self.site
        _ = try self.users
    }

    var site: Site {
        get throws {
            guard let site = Site(self.base) else {
                throw ValidationError("'\(self.base)' is not the address of a site, such as http://127.0.0.1:8808.")
            }
            return site
        }
    }

    var users: [Int] {
        get throws {
            try self.seeds.names.map { name in
                guard let user = Int(name), user > 0 else {
                    throw ValidationError("'\(name)' in --seeds is no user's id.")
                }
                return user
            }
        }
    }
}
