/// A request, as far as the site looks at it.
package struct SiteRequest: Sendable {
    /// The method, in capitals.
    package var method: String

    /// The target's path, as it was sent.
    package var path: String

    /// The target's query, as it was sent, without the question mark.
    package var query: String

    /// The `Cookie` header.
    package var cookies: String?

    /// The body, for a form.
    package var body: String

    /// Who asks, for the rate limit.
    package var client: String

    /// Creates a request.
    package init(
        method: String = "GET",
        path: String,
        query: String = "",
        cookies: String? = nil,
        body: String = "",
        client: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.cookies = cookies
        self.body = body
        self.client = client
    }
}

extension SiteRequest {
    /// The value of a cookie, nil when it was not sent.
    func cookie(named name: String) -> String? {
        for pair in (self.cookies ?? "").split(separator: ";") {
            let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0] == name {
                return String(parts[1])
            }
        }
        return nil
    }
}
