import ArgumentParser
import CrawlSite

/// What there is to crawl, and what is wrong with it.
struct ContentOptions: ParsableArguments {
    @Option(help: "The number of users, up to 100000.")
    var users = 2_000

    @Option(help: "What all pages and faults are derived from.")
    var seed: UInt64 = 1

    @Option(help: "The fraction of pages whose markup is broken.")
    var broken = 0.005

    @Option(help: "The fraction of pages that answer 500 at first.")
    var failing = 0.01

    @Option(help: "How many times such a page answers 500.")
    var failures = 1

    @Option(help: "The fraction of pages that answer 429 once, with Retry-After 0 or 1.")
    var limited = 0.01
}

extension ContentOptions {
    /// What goes wrong.
    var faults: FaultPlan.Configuration {
        FaultPlan.Configuration(
            broken: self.broken,
            failing: self.failing,
            failures: self.failures,
            limited: self.limited
        )
    }
}
