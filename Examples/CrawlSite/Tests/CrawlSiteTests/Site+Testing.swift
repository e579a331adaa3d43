import CrawlSite
import Testing

extension SiteConfiguration {
    /// A site on which nothing goes wrong.
    static func faultless(users: Int) -> SiteConfiguration {
        SiteConfiguration(users: users, faults: FaultPlan.Configuration(broken: 0, failing: 0, limited: 0))
    }
}

extension SiteRequest {
    /// The login that a site accepts by default.
    static func login() -> SiteRequest {
        SiteRequest(method: "POST", path: "/login", body: "user=crawler&password=crawler")
    }
}

extension Site {
    /// Logs in and returns what to send as `Cookie`.
    mutating func logIn(at now: ContinuousClock.Instant) throws -> String {
        try #require(self.answer(.login(), at: now)[header: "Set-Cookie"]).cookiePair
    }

    /// The status of the answer to a plain request.
    mutating func status(_ path: String, cookies: String?, at now: ContinuousClock.Instant) -> Int {
        self.answer(SiteRequest(path: path, cookies: cookies), at: now).status
    }
}

extension String {
    /// Name and value of a `Set-Cookie` header, without its attributes.
    var cookiePair: String { String(self.prefix { $0 != ";" }) }
}
