package import CrawlSite
import FlyingFox
import FlyingSocks

/// The site as an HTTP server.
package struct CrawlSiteServer: Sendable {
    private let address: ListenAddress
    private let server: HTTPServer

    /// Creates a server that does not listen yet; throws when a setting or the address makes no sense.
    ///
    /// - Parameter latency: How long every request waits for its answer.
    package init(
        site configuration: SiteConfiguration,
        address: ListenAddress,
        latency: Duration = .zero
    ) throws(CrawlSiteError) {
        self.address = address
        self.server = HTTPServer(
            config: HTTPServer.Configuration(
                address: try address.socketAddress(),
                // FlyingFox answers 500 when a handler takes longer, and remembers every request for so long.
                timeout: 15 + latency / .seconds(1),
                pool: NoDelayPool(HTTPServer.defaultPool()),
                logger: .disabled
            ),
            handler: SiteHandler(site: try Site(configuration), latency: latency)
        )
    }
}

extension CrawlSiteServer {
    /// Serves until the task is cancelled, which ends it without an error.
    ///
    /// - Parameter isListening: Called once with the address that clients can connect to from now on.
    /// - Throws: ``CrawlSiteError`` when the address cannot be listened on.
    package func run(isListening: @escaping @Sendable (ListenAddress) -> Void) async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.server.run() }
                group.addTask {
                    // Failing to listen ends the group at once; the timeout, 5 seconds if not given, would only
                    // hit a machine that is busy.
                    try await self.server.waitUntilListening(timeout: 600)
                    if let bound = await self.server.listeningAddress.flatMap(ListenAddress.init) {
                        isListening(bound)
                    }
                }
                // The second task only tells; the server's own end, in whatever way, is the end.
                try await group.next()
                try await group.next()
            }
        } catch {
            guard !Task.isCancelled else { return }
            guard let error = error as? SocketError else { throw error }
            throw CrawlSiteError(
                code: .addressUnavailable,
                message: "cannot listen on \(self.address): \(Self.reason(of: error))",
                underlyingError: error
            )
        }
    }

    private static func reason(of error: SocketError) -> String {
        switch error {
        case .failed(_, _, let message): message
        default: "\(error)"
        }
    }
}
