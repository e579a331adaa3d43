/// The site without a network: decides the answer to each request and keeps the record.
///
/// A value that is told the time, so that sessions expire and buckets fill in a test without waiting.
package struct Site: Sendable {
    private let configuration: SiteConfiguration
    private let graph: SocialGraph
    private let faults: FaultPlan
    private let census: SiteCensus

    private var sessions: SessionStore
    private var limiter: RateLimiter?
    private var ledger = PageLedger()
    /// How often a page that refuses at first has refused.
    private var refused: [Page: Int] = [:]

    /// Creates a site that nobody has visited; throws when a setting makes no sense.
    package init(_ configuration: SiteConfiguration) throws(CrawlSiteError) {
        guard configuration.sessionLifetime > .zero else {
            throw CrawlSiteError(code: .invalidConfiguration, message: "a session must last longer than 0 seconds")
        }
        self.configuration = configuration
        self.graph = try SocialGraph(seed: configuration.seed, users: configuration.users)
        self.faults = try FaultPlan(graph: self.graph, configuration: configuration.faults)
        self.census = SiteCensus(graph: self.graph, faults: self.faults)
        self.sessions = SessionStore(lifetime: configuration.sessionLifetime)
        self.limiter = try Self.limiter(of: configuration)
    }

    private static func limiter(of configuration: SiteConfiguration) throws(CrawlSiteError) -> RateLimiter? {
        guard let rate = configuration.rate else { return nil }
        return try RateLimiter(requestsPerSecond: rate)
    }
}

extension Site {
    /// The name of the session's cookie.
    package static let cookieName = "session"

    /// What writes the bodies of this site's answers.
    package var renderer: PageRenderer { PageRenderer(graph: self.graph) }

    /// The record so far.
    package var statistics: SiteStatistics {
        SiteStatistics(ledger: self.ledger, census: self.census, faults: self.faults)
    }

    /// Answers a request.
    package mutating func answer(_ request: SiteRequest, at now: ContinuousClock.Instant) -> SiteAnswer {
        switch (request.method, request.path) {
        // Questions about the record leave no trace in it.
        case ("GET", "/stats"):
            return SiteAnswer(200, content: .statistics(self.statistics))
        case ("GET", "/stats/pages"):
            return SiteAnswer(200, content: .pageCounts(self.ledger.served))
        case ("POST", "/reset"):
            self.reset()
            return SiteAnswer(204, content: .nothing)
        default:
            let answer = self.decide(request, at: now)
            self.ledger.record(status: answer.status)
            return answer
        }
    }
}

// MARK: Deciding

extension Site {
    private mutating func decide(_ request: SiteRequest, at now: ContinuousClock.Instant) -> SiteAnswer {
        switch (request.method, request.path) {
        case ("GET", "/"): return SiteAnswer(200, content: .home)
        case ("GET", "/login"): return SiteAnswer(200, content: .loginForm)
        case ("POST", "/login"): return self.logIn(FormFields(request.body), at: now)
        case (_, "/"), (_, "/stats"), (_, "/stats/pages"): return Self.notAllowed(allowing: "GET")
        case (_, "/login"): return Self.notAllowed(allowing: "GET, POST")
        case (_, "/reset"): return Self.notAllowed(allowing: "POST")
        default: break
        }
        guard let page = Page(path: request.path, query: request.query) else {
            return SiteAnswer(404, content: .notice("404 Not Found"))
        }
        guard request.method == "GET" else { return Self.notAllowed(allowing: "GET") }
        guard let token = request.cookie(named: Self.cookieName), self.sessions.isOpen(token, at: now) else {
            return Self.unauthorized("401 Please log in")
        }
        if let seconds = self.limiter?.admit(client: request.client, at: now) {
            return Self.tooManyRequests(retryAfter: seconds)
        }
        return self.serve(page)
    }

    private mutating func logIn(_ form: FormFields, at now: ContinuousClock.Instant) -> SiteAnswer {
        guard form["user"] == self.configuration.loginName, form["password"] == self.configuration.password else {
            return Self.unauthorized("401 Wrong user or password")
        }
        self.ledger.recordLogin()
        let token = self.sessions.open(at: now)
        let age = self.configuration.sessionLifetime.components.seconds
        let cookie = "\(Self.cookieName)=\(token); Path=/; Max-Age=\(age); HttpOnly; SameSite=Lax"
        // Not a redirect: clients that follow one by themselves would lose the cookie on the way.
        return SiteAnswer(200, headers: [SiteAnswer.Header("Set-Cookie", cookie)], content: .notice("Logged in"))
    }

    private mutating func serve(_ page: Page) -> SiteAnswer {
        guard self.graph.contains(page) else { return SiteAnswer(404, content: .notice("404 Not Found")) }

        let refusals = self.faults.refusals(of: page)
        let attempt = refusals.isEmpty ? 0 : self.refused[page, default: 0]
        guard attempt < refusals.count else {
            self.ledger.recordServed(page)
            return SiteAnswer(200, content: .page(page, isBroken: self.faults.isBroken(page)))
        }
        self.refused[page] = attempt + 1
        switch refusals[attempt] {
        case .tooManyRequests(let seconds): return Self.tooManyRequests(retryAfter: seconds)
        case .serverError: return SiteAnswer(500, content: .notice("500 Internal Server Error"))
        }
    }

    /// Makes the site as new: no session, no record, and pages that refuse at first do so again.
    private mutating func reset() {
        self.sessions = SessionStore(lifetime: self.configuration.sessionLifetime)
        self.limiter?.reset()
        self.ledger = PageLedger()
        self.refused = [:]
    }
}

// MARK: Refusing

extension Site {
    /// RFC 9110 §15.5.2 wants a challenge; `Cookie` is the scheme of draft-broyer-http-cookie-auth.
    private static func unauthorized(_ notice: String) -> SiteAnswer {
        let challenge = "Cookie realm=\"crawl-site\", form-action=\"/login\", cookie-name=\(Self.cookieName)"
        return SiteAnswer(
            401,
            headers: [SiteAnswer.Header("WWW-Authenticate", challenge)],
            content: .notice(notice)
        )
    }

    private static func tooManyRequests(retryAfter seconds: Int) -> SiteAnswer {
        SiteAnswer(
            429,
            headers: [SiteAnswer.Header("Retry-After", "\(seconds)")],
            content: .notice("429 Too Many Requests")
        )
    }

    private static func notAllowed(allowing methods: String) -> SiteAnswer {
        SiteAnswer(405, headers: [SiteAnswer.Header("Allow", methods)], content: .notice("405 Method Not Allowed"))
    }
}
