import AsyncHTTPClient
package import CeleryProtocol
import NIOCore
import NIOHTTP1

/// Whoever watches over a worker: asks it over HTTP how it fares.
package struct HealthClient: Sendable {
    /// Where the worker answers, without a path.
    package let url: String

    /// Creates a client.
    package init(url: String) {
        self.url = url
    }

    /// Creates a client for a worker that runs with `--health 0` and has said where it answers.
    package init?(of worker: GuardedProcess) {
        let address = worker.errorText.firstMatch(of: #/Health is at (http://127\.0\.0\.1:\d+)/livez/#)?.1
        guard let address else { return nil }
        self.init(url: String(address))
    }
}

extension HealthClient {
    /// The status code and the document of `/livez` or `/readyz`.
    package func ask(_ path: String) async throws -> (status: UInt, document: JSONValue) {
        let response = try await HTTPClient.shared.execute(.init(url: self.url + path), timeout: .seconds(30))
        let body = try await String(buffer: response.body.collect(upTo: 1 << 16))
        return try (response.status.code, JSONValue(parsing: body))
    }

    /// Whether the worker takes tasks.
    package var isReady: Bool {
        get async throws { try await self.ask("/readyz").status == 200 }
    }

    /// Whether the worker takes no tasks, for a reason that says something.
    package func isUnready(saying text: String) async throws -> Bool {
        let answer = try await self.ask("/readyz")
        return answer.status == 503 && answer.document["reasons"].map { "\($0)".contains(text) } ?? false
    }
}
