import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Speaks to a site as a browser would: a form to log in, then pages with the cookie.
struct SiteClient: Sendable {
    private let client = HTTPClient.shared

    private static let timeout: TimeAmount = .seconds(30)
    /// No page is larger; a hostile site may try.
    private static let largestPage = 1 << 20
}

extension SiteClient {
    /// Logs in.
    ///
    /// - Returns: The cookie to send with every request, and for how many seconds the site knows it.
    func logIn(_ site: Site, user: String, password: String) async throws -> (cookie: String, lifetime: Double) {
        var request = HTTPClientRequest(url: site.base + "/login")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: "user=\(user)&password=\(password)"))
        let response = try await self.execute(request)
        if response.status == .unauthorized { throw SiteError.loginRefused }
        try Self.check(response)
        guard let cookie = response.headers["Set-Cookie"].lazy.compactMap(SessionCookie.init).first else {
            throw SiteError.unavailable("it gave no session cookie")
        }
        return (cookie.pair, cookie.lifetime)
    }

    /// Fetches a page.
    func page(_ page: Site.Page, cookie: String) async throws -> String {
        var request = HTTPClientRequest(url: page.url)
        request.headers.add(name: "Cookie", value: cookie)
        let response = try await self.execute(request)
        try Self.check(response)
        let body = try await response.body.collect(upTo: Self.largestPage)
        return String(buffer: body)
    }

    private func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await self.client.execute(request, timeout: Self.timeout)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw SiteError.unavailable(String(describing: error))
        }
    }

    private static func check(_ response: HTTPClientResponse) throws(SiteError) {
        switch response.status.code {
        case 200: return
        case 401: throw .notLoggedIn
        case 429: throw .tooFast(retryAfter: self.retryAfter(response.headers))
        case 500...: throw .unavailable("it answers \(response.status.code)")
        case let status: throw .refused(status: status)
        }
    }

    /// `Retry-After` in seconds, held to ten minutes; a second if it is missing or a date.
    private static func retryAfter(_ headers: HTTPHeaders) -> Double {
        guard let seconds = headers.first(name: "Retry-After").flatMap(Double.init), seconds >= 0 else { return 1 }
        return min(seconds, 600)
    }
}
