import CrawlSite
import Testing

/// The site's decisions, with a clock that the test sets.
struct SiteTests {
    private let start = ContinuousClock.now
    private var site: Site

    init() throws {
        self.site = try Site(.faultless(users: 100))
    }

    // MARK: Sessions

    @Test mutating func `a login gives a cookie that opens pages`() throws {
        let answer = self.site.answer(.login(), at: self.start)
        #expect(answer.status == 200)
        let cookie = try #require(answer[header: "Set-Cookie"])
        #expect(cookie.wholeMatch(of: /session=[0-9a-f]{32}; Path=\/; Max-Age=300; HttpOnly; SameSite=Lax/) != nil)
        #expect(self.site.status("/user/1", cookies: cookie.cookiePair, at: self.start) == 200)
    }

    @Test mutating func `two logins give two sessions`() throws {
        let first = try self.site.logIn(at: self.start)
        let second = try self.site.logIn(at: self.start)
        #expect(first != second)
        #expect(self.site.status("/user/1", cookies: first, at: self.start) == 200)
        #expect(self.site.status("/user/1", cookies: second, at: self.start) == 200)
    }

    @Test(arguments: [
        "", "user=crawler", "user=crawler&password=x", "user=x&password=crawler", "password=crawler&user",
    ])
    mutating func `a wrong login gives none`(form: String) {
        let answer = self.site.answer(SiteRequest(method: "POST", path: "/login", body: form), at: self.start)
        #expect(answer.status == 401)
        #expect(answer[header: "Set-Cookie"] == nil)
        #expect(self.site.statistics.ledger.logins == 0)
    }

    @Test(arguments: [nil, "", "session=", "session=0123456789abcdef0123456789abcdef", "other=1; sessions=2"])
    mutating func `pages need the cookie`(cookies: String?) throws {
        _ = try self.site.logIn(at: self.start)
        let answer = self.site.answer(SiteRequest(path: "/user/1", cookies: cookies), at: self.start)
        #expect(answer.status == 401)
        #expect(answer[header: "WWW-Authenticate"]?.hasPrefix("Cookie ") == true)
    }

    @Test mutating func `the cookie is found among others`() throws {
        let cookie = try self.site.logIn(at: self.start)
        #expect(self.site.status("/user/1", cookies: "a=b=c; \(cookie);d", at: self.start) == 200)
    }

    @Test mutating func `a session ends a fixed time after its login`() throws {
        let cookie = try self.site.logIn(at: self.start)
        let end = self.start + .seconds(300)
        #expect(self.site.status("/user/1", cookies: cookie, at: end - .nanoseconds(1)) == 200)
        #expect(self.site.status("/user/1", cookies: cookie, at: end) == 401)
        let next = try self.site.logIn(at: end)
        #expect(self.site.status("/user/1", cookies: next, at: end) == 200)
        #expect(self.site.status("/user/1", cookies: cookie, at: end) == 401)
    }

    @Test mutating func `sessions are bounded, and the oldest gives way`() throws {
        let first = try self.site.logIn(at: self.start)
        for second in 1..<10_000 {
            _ = try self.site.logIn(at: self.start + .milliseconds(second))
        }
        let now = self.start + .seconds(11)
        #expect(self.site.status("/user/1", cookies: first, at: now) == 200)
        let last = try self.site.logIn(at: now)
        #expect(self.site.status("/user/1", cookies: first, at: now) == 401)
        #expect(self.site.status("/user/1", cookies: last, at: now) == 200)
    }

    // MARK: Routes

    @Test(arguments: [
        ("GET", "/", 200), ("GET", "/login", 200), ("GET", "/stats", 200), ("GET", "/stats/pages", 200),
        ("POST", "/", 405), ("PUT", "/login", 405), ("POST", "/stats", 405), ("GET", "/reset", 405),
        ("POST", "/user/1", 405), ("HEAD", "/user/1", 405), ("GET", "/nothing", 404), ("GET", "/user/0", 404),
    ])
    mutating func `answers without a cookie`(method: String, path: String, status: Int) {
        let answer = self.site.answer(SiteRequest(method: method, path: path), at: self.start)
        #expect(answer.status == status)
        #expect((answer[header: "Allow"] != nil) == (status == 405))
    }

    @Test(arguments: [
        ("/user/100", "", 200), ("/user/101", "", 404), ("/user/100/fans", "", 200), ("/user/1/fans", "page=6", 200),
        ("/user/1/fans", "page=7", 404), ("/user/101/fans", "", 404),
    ])
    mutating func `answers with a cookie`(path: String, query: String, status: Int) throws {
        let cookie = try self.site.logIn(at: self.start)
        let request = SiteRequest(path: path, query: query, cookies: cookie)
        #expect(self.site.answer(request, at: self.start).status == status)
    }

    // MARK: Faults

    @Test mutating func `a page that refuses is served afterwards`() throws {
        var configuration = SiteConfiguration.faultless(users: 10)
        configuration.faults = FaultPlan.Configuration(broken: 0, failing: 1, failures: 2, limited: 1)
        self.site = try Site(configuration)
        let cookie = try self.site.logIn(at: self.start)
        for page in ["/user/1", "/user/2", "/user/1/fans"] {
            let limited = self.site.answer(SiteRequest(path: page, cookies: cookie), at: self.start)
            #expect(limited.status == 429)
            #expect(["0", "1"].contains(limited[header: "Retry-After"]))
            let rest = (0..<4).map { _ in self.site.status(page, cookies: cookie, at: self.start) }
            #expect(rest == [500, 500, 200, 200])
        }
    }

    @Test mutating func `a request without a session does not use up a refusal`() throws {
        var configuration = SiteConfiguration.faultless(users: 10)
        configuration.faults.failing = 1
        self.site = try Site(configuration)
        #expect(self.site.status("/user/1", cookies: nil, at: self.start) == 401)
        let cookie = try self.site.logIn(at: self.start)
        #expect(self.site.status("/user/1", cookies: cookie, at: self.start) == 500)
        #expect(self.site.status("/user/1", cookies: cookie, at: self.start) == 200)
    }

    @Test mutating func `each client has its own rate`() throws {
        var configuration = SiteConfiguration.faultless(users: 10)
        configuration.rate = 5
        self.site = try Site(configuration)
        let cookie = try self.site.logIn(at: self.start)
        func statuses(_ count: Int, client: String, at now: ContinuousClock.Instant) -> [Int] {
            (0..<count).map { _ in
                self.site.answer(SiteRequest(path: "/user/1", cookies: cookie, client: client), at: now).status
            }
        }
        #expect(statuses(7, client: "a", at: self.start) == [200, 200, 200, 200, 200, 429, 429])
        #expect(statuses(1, client: "b", at: self.start) == [200])
        #expect(statuses(2, client: "a", at: self.start + .milliseconds(200)) == [200, 429])
        let refused = self.site.answer(
            SiteRequest(path: "/user/1", cookies: cookie, client: "a"),
            at: self.start + .milliseconds(200)
        )
        #expect(refused[header: "Retry-After"] == "1")
    }

    @Test(arguments: [(0.1, "10"), (0.4, "3"), (1, "1"), (1_000, "1"), (1e-9, "3600")])
    mutating func `tells when to come back`(rate: Double, seconds: String) throws {
        var configuration = SiteConfiguration.faultless(users: 10)
        configuration.rate = rate
        self.site = try Site(configuration)
        let cookie = try self.site.logIn(at: self.start)
        let request = SiteRequest(path: "/user/1", cookies: cookie)
        var answer = self.site.answer(request, at: self.start)
        for _ in 0..<1_000 where answer.status == 200 {
            answer = self.site.answer(request, at: self.start)
        }
        #expect(answer.status == 429)
        #expect(answer[header: "Retry-After"] == seconds)
    }

    // MARK: Settings

    @Test(arguments: [
        SiteConfiguration(users: 0), .init(rate: 0), .init(rate: -1), .init(rate: .infinity), .init(rate: .nan),
        .init(sessionLifetime: .zero), .init(faults: FaultPlan.Configuration(broken: 2)),
    ])
    func `refuses settings that make no sense`(configuration: SiteConfiguration) {
        let error = #expect(throws: CrawlSiteError.self) { try Site(configuration) }
        #expect(error?.code == .invalidConfiguration)
    }
}
