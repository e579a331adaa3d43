/// The URLs of broker and backend, with the place where each was found.
///
/// They may hold passwords: what is shown is ``masked(_:)``.
package struct ConnectionURLs: Sendable {
    /// The broker's URL.
    package let broker: String
    /// The result backend's URL.
    package let backend: String

    /// What is used when nobody says anything.
    package static let defaultBroker = "redis://localhost:6379/0"

    /// Looks at the command line first, then at the environment; an empty variable counts as absent.
    package init(_ options: GlobalOptions, environment: [String: String]) {
        let variable = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.broker =
            options.broker ?? variable("TASKBROKER_URL") ?? variable("CELERY_BROKER_URL") ?? Self.defaultBroker
        self.backend =
            options.backend ?? variable("TASKBROKER_BACKEND_URL") ?? variable("CELERY_RESULT_BACKEND") ?? self.broker
    }
}

extension ConnectionURLs {
    /// A URL without its secrets: the password, and the values of query parameters, become `**`.
    package static func masked(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "**" }
        var rest = url[scheme.upperBound...]
        var query = ""
        if let start = rest.firstIndex(of: "?") {
            query = Self.maskedQuery(rest[rest.index(after: start)...])
            rest = rest[..<start]
        }
        // The last `@`: a password that was not percent-encoded may contain one, and must not be shown because of that.
        guard let end = rest.lastIndex(of: "@") else { return url[..<scheme.upperBound] + rest + query }
        let user = rest[..<end].prefix { $0 != ":" }
        let hasPassword = user.endIndex != end
        return url[..<scheme.upperBound] + user + (hasPassword ? ":**" : "") + rest[end...] + query
    }

    private static func maskedQuery(_ query: Substring) -> String {
        "?" + query.split(separator: "&").map { $0.prefix { $0 != "=" } + "=**" }.joined(separator: "&")
    }
}
