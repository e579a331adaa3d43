import Logging
import TaskBroker

/// The crawler of the sample app: logs in to a site, fetches profiles, and follows the lists of followers.
///
/// The result backend is its store: the record of a page is the result of the task that fetched it, under an id that follows
/// from the page.
struct Crawler: Sendable {
    let app: TaskApp
    private let client = SiteClient()
    private let sessions = Sessions()

    /// A site that is busy or down is asked again, with growing pauses; each page for at most ten minutes.
    private static let retry = RetryPolicy.exponentialBackoff(
        base: .milliseconds(250),
        maximum: .seconds(20),
        maxRetries: 40
    )
    .within(.seconds(600))
    .when { ($0 as? SiteError)?.isTemporary ?? false }

    /// Defines the tasks.
    func define() {
        self.app.task("tasks.login", parameters: ["base"], retry: Self.retry) {
            (context: TaskContext, base: String) in
            try await self.logIn(try Self.site(base), context)
        }
        self.app.task(
            "tasks.user",
            parameters: ["base", "id"],
            retry: Self.retry,
            fallback: TaskFallback { ($0 as? UnreadablePage).map { UserRecord(url: $0.url, problem: "\($0.problem)") } }
        ) { (context: TaskContext, base: String, id: Int) in
            try await self.user(id, of: try Self.site(base), context)
        }
        self.app.task(
            "tasks.fans",
            parameters: ["base", "id", "page"],
            retry: Self.retry,
            fallback: TaskFallback {
                ($0 as? UnreadablePage).map { FansRecord(url: $0.url, fans: [], problem: "\($0.problem)") }
            }
        ) { (context: TaskContext, base: String, id: Int, page: Int) in
            try await self.fans(id, page: page, of: try Self.site(base), context)
        }
    }

    private static func site(_ base: String) throws -> Site {
        guard let site = Site(base) else {
            throw TaskFailure(type: "ValueError", message: "'\(base)' is not the address of a site: http://host:port")
        }
        return site
    }
}

// MARK: Tasks

extension Crawler {
    /// Logs in, and sends the login of the next slot while the crawl goes on.
    private func logIn(_ site: Site, _ context: TaskContext) async throws -> SessionRecord {
        let now = Timestamp.now()
        let (cookie, lifetime) = try await self.client.logIn(site, user: "crawler", password: "crawler")
        if try await self.isCrawling {
            let next = Sessions.key(site, slot: Sessions.slot(at: now) + 1)
            try await self.app.send([Sessions.call(site, key: next, countdown: Sessions.timeToNextLogin(at: now))])
        }
        return SessionRecord(cookie: cookie, expires: Double(now.microseconds) / 1e6 + lifetime)
    }

    private func user(_ id: Int, of site: Site, _ context: TaskContext) async throws -> UserRecord {
        let page = site.profile(of: id)
        try await self.enter(page, context)
        let html = try await self.fetch(page, of: site, context)
        let profile = try self.read(page, context) { () throws(PageError) in try ProfilePage(html: html).profile }
        return UserRecord(url: page.url, profile: profile)
    }

    private func fans(_ id: Int, page number: Int, of site: Site, _ context: TaskContext) async throws -> FansRecord {
        let page = site.fans(of: id, page: number)
        let html = try await self.fetch(page, of: site, context)
        let list = try self.read(page, context) { () throws(PageError) in try FansPage(html: html) }
        var calls = list.fans.flatMap(site.calls)
        if let next = list.next { calls.append(site.fansCall(id, page: next)) }
        if !calls.isEmpty { try await self.app.send(calls) }
        return FansRecord(url: page.url, fans: list.fans, next: list.next)
    }

    /// Whether pages wait or are being fetched.
    private var isCrawling: Bool {
        get async throws {
            for queue in ["user", "fans"] {
                let report = try await self.app.inspector.queue(queue)
                if report.waiting + report.inFlight + report.delayed > 0 { return true }
            }
            return false
        }
    }
}

// MARK: Pages

extension Crawler {
    /// The state of a task that has begun to fetch its page.
    private static let fetching = TaskState(rawValue: "FETCHING")

    /// Notes that a profile is about to be fetched, and refuses to fetch it if a worker that died had noted so.
    ///
    /// A task runs again when its worker is killed, and nobody can tell then whether the site had answered already. A profile is
    /// rather left out than fetched twice. A list is not entered like this: without it, the users behind it would be lost.
    private func enter(_ page: Site.Page, _ context: TaskContext) async throws {
        if try await self.app.result(for: context.id).state == Self.fetching {
            let problem = PageError(code: .incomplete, message: "the worker that fetched the page was killed")
            context.logger.warning("page is left out", metadata: ["url": "\(page.url)", "problem": "\(problem)"])
            throw UnreadablePage(url: page.url, problem: problem)
        }
        try await context.update(state: Self.fetching, meta: ["url": page.url])
    }

    private func fetch(_ page: Site.Page, of site: Site, _ context: TaskContext) async throws -> String {
        let login = try await self.sessions.login(for: site, context, in: self.app)
        do {
            return try await self.client.page(page, cookie: login.cookie)
        } catch SiteError.notLoggedIn {
            self.sessions.refuse(login, for: site)
            throw context.retry(after: .milliseconds(200), cause: SiteError.notLoggedIn)
        } catch SiteError.tooFast(let seconds) {
            throw context.retry(after: .seconds(seconds), cause: SiteError.tooFast(retryAfter: seconds))
        }
    }

    /// Reads a page; one that cannot be read is logged with its address, and its task ends with the fallback.
    private func read<Content>(
        _ page: Site.Page,
        _ context: TaskContext,
        _ parse: () throws(PageError) -> Content
    ) throws(UnreadablePage) -> Content {
        do throws(PageError) {
            return try parse()
        } catch {
            context.logger.warning("page cannot be read", metadata: ["url": "\(page.url)", "problem": "\(error)"])
            throw UnreadablePage(url: page.url, problem: error)
        }
    }
}
