import CrawlSite
import FlyingFox
import Synchronization

/// Answers HTTP requests from a site.
final class SiteHandler: Sendable {
    private let site: Mutex<Site>
    private let renderer: PageRenderer
    private let latency: Duration

    /// Creates the handler of a site.
    ///
    /// - Parameter latency: How long every request waits for its answer.
    init(site: Site, latency: Duration) {
        self.renderer = site.renderer
        self.site = Mutex(site)
        self.latency = latency
    }
}

extension SiteHandler: HTTPHandler {
    @concurrent
    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        if self.latency > .zero {
            try await Task.sleep(for: self.latency)
        }
        guard let siteRequest = try await SiteRequest(request) else {
            return HTTPResponse(statusCode: .payloadTooLarge)
        }
        let answer = self.site.withLock { $0.answer(siteRequest, at: .now) }
        return HTTPResponse(answer, renderedBy: self.renderer)
    }
}
