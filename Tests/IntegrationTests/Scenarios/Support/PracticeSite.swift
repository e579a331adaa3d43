import AsyncHTTPClient
import CeleryProtocol
import NIOCore
import TestSupport
import Testing

/// A `crawl-site` process, which keeps a record of what it served.
struct PracticeSite: Sendable {
    let url: String

    /// Runs a site while `body` runs.
    static func with<Result: Sendable>(
        _ stage: Stage,
        _ arguments: [String],
        body: (PracticeSite) async throws -> Result
    ) async throws -> Result {
        try await GuardedProcess.with(
            "crawl-site-\(UInt16.random(in: 0 ... .max))",
            BuiltProgram.crawlSite,
            ["--port", "0"] + arguments,
            directory: stage.server.directory
        ) { process in
            try await process.eventually("it listens") { process.outputText.contains("\n") }
            let words = process.outputText.split(whereSeparator: \.isWhitespace)
            return try await body(PracticeSite(url: String(#require(words.first { $0.hasPrefix("http://") }))))
        }
    }

    /// What the site says of itself.
    func statistics() async throws -> JSONValue {
        let response = try await HTTPClient.shared.execute(.init(url: "\(self.url)/stats"), timeout: .seconds(10))
        return try await JSONValue(parsing: String(buffer: response.body.collect(upTo: 8 << 20)))
    }

    /// How many different pages it has served.
    func pages() async throws -> Int64 {
        try await self.statistics()["served"]?["pages"]?.integerValue ?? 0
    }
}
