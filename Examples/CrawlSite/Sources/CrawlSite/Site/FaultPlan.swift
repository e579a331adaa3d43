/// Which pages are broken and which are refused at first; derived from the site's seed, so that it can be known beforehand.
package struct FaultPlan: Sendable {
    private let graph: SocialGraph
    private let configuration: Configuration

    /// Creates the plan; throws when a fraction is not in `0 ... 1` or a count is negative.
    package init(graph: SocialGraph, configuration: Configuration) throws(CrawlSiteError) {
        let fractions = [
            ("broken", configuration.broken), ("failing", configuration.failing), ("limited", configuration.limited),
        ]
        for (name, fraction) in fractions where !(0...1).contains(fraction) {
            throw CrawlSiteError(
                code: .invalidConfiguration,
                message: "the fraction of \(name) pages must be 0 to 1, not \(fraction)"
            )
        }
        guard (0...100).contains(configuration.failures) else {
            throw CrawlSiteError(
                code: .invalidConfiguration,
                message: "the number of failures must be 0 to 100, not \(configuration.failures)"
            )
        }
        self.graph = graph
        self.configuration = configuration
    }
}

extension FaultPlan {
    /// How much goes wrong.
    package struct Configuration: Sendable {
        /// The fraction of pages whose markup is damaged.
        ///
        /// Essential pages never are, see ``SocialGraph/isEssential(_:)``.
        package var broken: Double

        /// The fraction of pages that answer 500 at first.
        package var failing: Double

        /// How many times such a page answers 500.
        package var failures: Int

        /// The fraction of pages that answer 429 once.
        package var limited: Double

        /// Creates a configuration; the defaults are the site's.
        package init(broken: Double = 0.005, failing: Double = 0.01, failures: Int = 1, limited: Double = 0.01) {
            self.broken = broken
            self.failing = failing
            self.failures = failures
            self.limited = limited
        }
    }

    /// An answer that is given instead of a page.
    package enum Refusal: Hashable, Sendable {
        /// 429, with the seconds of its `Retry-After`.
        case tooManyRequests(retryAfter: Int)

        /// 500.
        case serverError
    }
}

extension FaultPlan {
    /// Whether the page's markup is damaged.
    ///
    /// A crawl finds every user in spite of all broken pages.
    package func isBroken(_ page: Page) -> Bool {
        var random = SplitMix64(seed: self.graph.seed, stream: .broken, key: page.key)
        return random.chance(of: self.configuration.broken) && !self.graph.isEssential(page)
    }

    /// What a page answers before it is served, in this order.
    package func refusals(of page: Page) -> [Refusal] {
        var refusals: [Refusal] = []
        var limits = SplitMix64(seed: self.graph.seed, stream: .limited, key: page.key)
        if limits.chance(of: self.configuration.limited) {
            refusals.append(.tooManyRequests(retryAfter: limits.next(below: 2)))
        }
        var failures = SplitMix64(seed: self.graph.seed, stream: .failing, key: page.key)
        if failures.chance(of: self.configuration.failing) {
            refusals += Array(repeating: .serverError, count: self.configuration.failures)
        }
        return refusals
    }
}
