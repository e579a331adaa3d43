import CrawlSite
import Testing

struct SiteStatisticsTests {
    private let start = ContinuousClock.now

    @Test func `a page served twice shows, however its address was spelled`() throws {
        var site = try Site(.faultless(users: 100))
        let cookie = try site.logIn(at: self.start)
        for (path, query) in [("/user/1", ""), ("/user/1/fans", ""), ("/user/1/fans", "page=1"), ("/user/2", "")] {
            _ = site.answer(SiteRequest(path: path, query: query, cookies: cookie), at: self.start)
        }
        let served = site.statistics.served
        #expect(served.profiles == 2)
        #expect(served.fans == 1)
        #expect(served.answers == 4)
        #expect(served.mostTimes == 2)
        #expect(site.statistics.repeated == [.fans(user: 1, number: 1)])
    }

    @Test func `only answers with 200 count as served`() throws {
        var configuration = SiteConfiguration.faultless(users: 100)
        configuration.faults = FaultPlan.Configuration(broken: 0, failing: 1, failures: 2, limited: 0)
        var site = try Site(configuration)
        let cookie = try site.logIn(at: self.start)
        _ = site.status("/user/1", cookies: nil, at: self.start)
        _ = site.status("/user/101", cookies: cookie, at: self.start)
        _ = site.status("/user/1", cookies: cookie, at: self.start)
        _ = site.status("/user/1", cookies: cookie, at: self.start)
        #expect(site.statistics.ledger.served.isEmpty)
        _ = site.status("/user/1", cookies: cookie, at: self.start)
        #expect(site.statistics.ledger.served == [.profile(user: 1): 1])
        #expect(site.statistics.ledger.answers == [200: 2, 401: 1, 404: 1, 500: 2])
        #expect(site.statistics.ledger.requests == 6)
        #expect(site.statistics.ledger.logins == 1)
    }

    @Test(arguments: [0, 0.05, 1])
    func `a crawl that follows every link fetches what the census says`(broken: Double) throws {
        var configuration = SiteConfiguration(users: 500)
        configuration.faults.broken = broken
        var site = try Site(configuration)
        try crawl(&site, at: self.start)

        let statistics = site.statistics
        #expect(statistics.served.profiles == 500)
        #expect(statistics.served.profiles == statistics.expected.profiles)
        #expect(statistics.served.fans == statistics.expected.fans)
        #expect(statistics.broken.count == statistics.expected.broken)
        #expect((statistics.expected.broken == 0) == (broken == 0))
        #expect(statistics.served.mostTimes == 1)
        #expect(statistics.repeated.isEmpty)
    }

    @Test func `the document is the one that the README shows`() throws {
        var configuration = SiteConfiguration.faultless(users: 3)
        configuration.faults.broken = 1
        var site = try Site(configuration)
        let cookie = try site.logIn(at: self.start)
        for path in ["/user/1", "/user/2", "/user/2", "/user/1/fans", "/user/9"] {
            _ = site.status(path, cookies: cookie, at: self.start)
        }
        #expect(
            site.statistics.json == """
                {
                  "requests": 6,
                  "answers": {"200": 5, "404": 1},
                  "logins": 1,
                  "served": {
                    "pages": 3,
                    "profiles": 2,
                    "fans": 1,
                    "broken": 2,
                    "answers": 4,
                    "mostTimes": 2,
                    "repeated": 1
                  },
                  "expected": {
                    "pages": 6,
                    "profiles": 3,
                    "fans": 3,
                    "broken": 3
                  },
                  "repeatedPages": {
                    "/user/2": 2
                  },
                  "brokenPages": ["/user/1", "/user/2"]
                }

                """
        )
        let counts = site.answer(SiteRequest(path: "/stats/pages"), at: self.start)
        #expect(
            counts.body(renderedBy: site.renderer)?.text == """
                {
                  "/user/1": 1,
                  "/user/1/fans?page=1": 1,
                  "/user/2": 2
                }

                """
        )
    }

    @Test func `asking for the record leaves it as it is, and a reset makes the site as new`() throws {
        var configuration = SiteConfiguration.faultless(users: 10)
        configuration.faults.failing = 1
        var site = try Site(configuration)
        let cookie = try site.logIn(at: self.start)
        #expect(site.status("/user/1", cookies: cookie, at: self.start) == 500)
        #expect(site.status("/user/1", cookies: cookie, at: self.start) == 200)
        #expect(site.status("/stats", cookies: nil, at: self.start) == 200)
        #expect(site.status("/stats/pages", cookies: nil, at: self.start) == 200)
        #expect(site.statistics.ledger.requests == 3)

        #expect(site.answer(SiteRequest(method: "POST", path: "/reset"), at: self.start).status == 204)
        #expect(site.statistics.ledger.requests == 0)
        #expect(site.statistics.ledger.served.isEmpty)
        #expect(site.status("/user/1", cookies: cookie, at: self.start) == 401)
        let next = try site.logIn(at: self.start)
        #expect(site.status("/user/1", cookies: next, at: self.start) == 500)
    }
}

/// Fetches pages as a crawler does: each once unless it refuses, list pages until one is broken or the last.
private func crawl(_ site: inout Site, at now: ContinuousClock.Instant) throws {
    let cookie = try site.logIn(at: now)
    func fetch(_ page: Page) -> String? {
        let parts = page.path.split(separator: "?", maxSplits: 1).map(String.init)
        let request = SiteRequest(path: parts[0], query: parts.count == 2 ? parts[1] : "", cookies: cookie)
        var answer = site.answer(request, at: now)
        while answer.status == 500 || answer.status == 429 {
            answer = site.answer(request, at: now)
        }
        guard answer.status == 200, let text = answer.body(renderedBy: site.renderer)?.text else { return nil }
        return text.contains("</main>") ? text : nil
    }

    var seen: Set<Int> = [1, 2, 3]
    var next = [1, 2, 3][...]
    while let user = next.popFirst() {
        _ = fetch(.profile(user: user))
        var number = 1
        while let html = fetch(.fans(user: user, number: number)) {
            let fans = html.matches(of: /href="\/user\/([0-9]+)"/).compactMap { Int($0.1) }
            next += fans.filter { seen.insert($0).inserted }
            guard html.contains("class=\"next\"") else { break }
            number += 1
        }
    }
}
