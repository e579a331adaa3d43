import Synchronization
import TaskBroker

/// The sessions of the crawl: who needs one finds the login of the current time slot, or sends it.
///
/// A session is the result of a `tasks.login`. Which one is current is told by a unique key: the first worker that needs a session
/// sends a login under the key of the slot, all others are given the id of that login. Slots are shorter than the sessions of
/// the site, so a session is replaced before it expires.
final class Sessions: Sendable {
    /// A login that a worker relies on.
    struct Login: Hashable, Sendable {
        let id: String
        let cookie: String
    }

    private struct State {
        /// The login of each site, with the slot that it belongs to.
        var logins: [Site: (slot: Int, login: Login)] = [:]
        /// Logins whose sessions the site has refused before their time.
        var refused: Set<String> = []
    }

    /// How long a session is used, in seconds; the example site forgets one after 300.
    static let slotLength = 120.0
    /// How many seconds before its slot begins a login runs.
    static let lead = 10.0

    private let state = Mutex(State())
}

extension Sessions {
    /// The current login.
    ///
    /// - Throws: ``TaskRetry`` while it runs, ``SiteError/loginRefused`` if it failed.
    func login(for site: Site, _ context: TaskContext, in app: TaskApp) async throws -> Login {
        let slot = Self.slot(at: Timestamp.now())
        if let known = self.state.withLock({ $0.logins[site] }), known.slot == slot { return known.login }
        let id = try await self.loginID(for: site, slot: slot, in: app)
        guard let info = try await app.result(for: id).info, info.state.isReady else {
            throw context.retry(after: .milliseconds(200), cause: SiteError.notLoggedIn)
        }
        guard info.state == .success, let cookie = info.value["cookie"]?.stringValue else {
            throw SiteError.loginRefused
        }
        let login = Login(id: id, cookie: cookie)
        self.state.withLock { $0.logins[site] = (slot, login) }
        return login
    }

    /// Gives up a login whose session the site does not know any more.
    func refuse(_ login: Login, for site: Site) {
        self.state.withLock { state in
            if state.logins[site]?.login == login { state.logins[site] = nil }
            // Refusals matter within a slot; so many there never are.
            if state.refused.count > 1_000 { state.refused.removeAll() }
            state.refused.insert(login.id)
        }
    }

    /// Finds the login of a slot: the first one, or that which replaced it when the site had refused it.
    private func loginID(for site: Site, slot: Int, in app: TaskApp) async throws -> String {
        var key = Self.key(site, slot: slot)
        while true {
            let id = try await app.send([Self.call(site, key: key)])[0]
            guard self.state.withLock({ $0.refused.contains(id) }) else { return id }
            key = "session:\(site.name):after:\(id)"
        }
    }
}

// MARK: Slots

extension Sessions {
    static func slot(at now: Timestamp) -> Int { Int(Double(now.microseconds) / 1e6 / Self.slotLength) }

    /// How long it is until the login of the next slot should run.
    static func timeToNextLogin(at now: Timestamp) -> Duration {
        let begin = Double(Self.slot(at: now) + 1) * Self.slotLength - Self.lead
        return .seconds(max(0, begin - Double(now.microseconds) / 1e6))
    }

    static func key(_ site: Site, slot: Int) -> String { "session:\(site.name):\(slot)" }

    /// The call that logs in, once under a key.
    static func call(_ site: Site, key: String, countdown: Duration? = nil) -> TaskCall {
        let options = TaskOptions(countdown: countdown, unique: UniqueKey(key, for: .seconds(2 * Self.slotLength)))
        return TaskCall("tasks.login", TaskArguments([.string(site.base)]), options: options)
    }
}
