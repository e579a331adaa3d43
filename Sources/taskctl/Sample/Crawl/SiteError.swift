/// A site did not give the page that it was asked for.
enum SiteError: Error, Hashable {
    /// 401: there is no session, or it has expired.
    case notLoggedIn
    /// 429: too fast; come back after so many seconds.
    case tooFast(retryAfter: Double)
    /// 5xx, or no connection: it may work later.
    case unavailable(String)
    /// What will not change: 404 and the like.
    case refused(status: UInt)
    /// Name or password are wrong.
    case loginRefused
}

extension SiteError {
    /// Whether asking again may help.
    var isTemporary: Bool {
        switch self {
        case .notLoggedIn, .tooFast, .unavailable: true
        case .refused, .loginRefused: false
        }
    }
}

extension SiteError: CustomStringConvertible {
    var description: String {
        switch self {
        case .notLoggedIn: "the session is over"
        case .tooFast(let seconds): "the site asks to come back after \(seconds) seconds"
        case .unavailable(let reason): "the site is not available: \(reason)"
        case .refused(let status): "the site answers \(status)"
        case .loginRefused: "the site refuses the user name or the password"
        }
    }
}

/// A page arrived whose content cannot be read; fetching it again would give the same.
struct UnreadablePage: Error, Hashable {
    let url: String
    let problem: PageError
}
