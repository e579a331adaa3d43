/// The record in figures, to be read by tests and by people: `GET /stats`.
package struct SiteStatistics: Sendable {
    /// What was asked for.
    package let ledger: PageLedger

    /// What a complete crawl fetches.
    package let expected: SiteCensus

    /// The served pages by kind.
    package let served: Served

    /// The pages that were served more than once, in order.
    package let repeated: [Page]

    /// The broken pages that were served, in order.
    package let broken: [Page]

    /// Evaluates a record.
    init(ledger: PageLedger, census: SiteCensus, faults: FaultPlan) {
        self.ledger = ledger
        self.expected = census
        self.served = Served(ledger.served)
        self.repeated = ledger.served.filter { $0.value > 1 }.keys.sorted()
        self.broken = ledger.served.keys.filter(faults.isBroken).sorted()
    }
}

extension SiteStatistics {
    /// Distinct pages that were answered with 200, and how often.
    package struct Served: Sendable, Hashable {
        /// Profile pages.
        package private(set) var profiles = 0

        /// List pages.
        package private(set) var fans = 0

        /// Answers with 200, repeated ones included.
        package private(set) var answers = 0

        /// The most times that one page was served: above 1, something was fetched twice.
        package private(set) var mostTimes = 0

        init(_ counts: [Page: Int]) {
            for (page, count) in counts {
                switch page {
                case .profile: self.profiles += 1
                case .fans: self.fans += 1
                }
                self.answers += count
                self.mostTimes = max(self.mostTimes, count)
            }
        }
    }
}

extension SiteStatistics {
    /// How many pages a list in the document shows at most; the counts next to it are complete.
    private static let listed = 1_000

    /// The document of `GET /stats`.
    package var json: String {
        let answers = self.ledger.answers.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        let repeated = self.repeated.prefix(Self.listed).map { ($0.path, self.ledger.served[$0, default: 0]) }
        let broken = self.broken.prefix(Self.listed).map { JSONText.string($0.path) }
        return """
            {
              "requests": \(self.ledger.requests),
              "answers": {\(answers.joined(separator: ", "))},
              "logins": \(self.ledger.logins),
              "served": {
                "pages": \(self.served.profiles + self.served.fans),
                "profiles": \(self.served.profiles),
                "fans": \(self.served.fans),
                "broken": \(self.broken.count),
                "answers": \(self.served.answers),
                "mostTimes": \(self.served.mostTimes),
                "repeated": \(self.repeated.count)
              },
              "expected": {
                "pages": \(self.expected.pages),
                "profiles": \(self.expected.profiles),
                "fans": \(self.expected.fans),
                "broken": \(self.expected.broken)
              },
              "repeatedPages": \(JSONText.object(repeated, margin: "  ")),
              "brokenPages": [\(broken.joined(separator: ", "))]
            }

            """
    }
}
