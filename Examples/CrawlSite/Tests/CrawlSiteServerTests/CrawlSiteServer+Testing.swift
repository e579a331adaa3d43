import CrawlSite
import CrawlSiteServer
import Testing

extension SiteConfiguration {
    /// A site on which nothing goes wrong.
    static let faultless = SiteConfiguration(
        users: 100,
        faults: FaultPlan.Configuration(broken: 0, failing: 0, limited: 0)
    )
}

/// Runs a server on a free port for as long as the body runs.
func withServer<Result: Sendable>(
    _ configuration: SiteConfiguration = .faultless,
    latency: Duration = .zero,
    _ body: @escaping @Sendable (ListenAddress) async throws -> Result
) async throws -> Result {
    let server = try CrawlSiteServer(
        site: configuration,
        address: ListenAddress(host: "127.0.0.1", port: 0),
        latency: latency
    )
    let (addresses, address) = AsyncStream.makeStream(of: ListenAddress.self)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { address.finish() }
            try await server.run { address.yield($0) }
        }
        var iterator = addresses.makeAsyncIterator()
        let bound = await iterator.next()
        guard let bound else {
            try await group.waitForAll()
            throw CrawlSiteError(code: .addressUnavailable, message: "the server ended before it listened")
        }
        let result = try await body(bound)
        // A server that is cancelled ends without an error.
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}
