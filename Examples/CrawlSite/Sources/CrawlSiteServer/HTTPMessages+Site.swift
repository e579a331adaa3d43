import CrawlSite
import FlyingFox

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SiteRequest {
    /// The largest form that is read; the login's has some dozen bytes.
    private static let maximumBody = 4_096

    /// Reads a request; nil when its body is too large or its length is not announced.
    init?(_ request: HTTPRequest) async throws {
        guard let count = request.bodySequence.count, count <= Self.maximumBody else { return nil }
        let body = count == 0 ? "" : String(decoding: try await request.bodyData, as: UTF8.self)
        self.init(
            method: request.method.rawValue,
            // The target as it was sent: FlyingFox's own `path` is standardized and would make two pages one.
            path: request.target.path(),
            query: request.target.query(),
            cookies: request.headers[.cookie],
            body: body,
            client: Self.host(of: request.remoteAddress)
        )
    }

    /// The peer's address without its port.
    ///
    /// `X-Forwarded-For` is not looked at: there is no proxy to trust.
    private static func host(of address: HTTPRequest.Address?) -> String {
        switch address {
        case .ip4(let host, _), .ip6(let host, _): host
        case .unix, nil: ""
        }
    }
}

extension HTTPResponse {
    /// Writes an answer.
    init(_ answer: SiteAnswer, renderedBy renderer: PageRenderer) {
        var headers = HTTPHeaders()
        for header in answer.headers {
            headers[HTTPHeader(header.name)] = header.value
        }
        let body = answer.body(renderedBy: renderer)
        headers[.contentType] = body?.type
        // The buffer is as large as the body, so that the body is one write.
        let data = Data((body?.text ?? "").utf8)
        self.init(
            statusCode: HTTPStatusCode(answer.status, phrase: Self.phrase(of: answer.status)),
            headers: headers,
            body: HTTPBodySequence(data: data, suggestedBufferSize: max(1, data.count))
        )
    }

    /// The reason phrases of the statuses that the site answers.
    private static func phrase(of status: Int) -> String {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 401: "Unauthorized"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        default: "Status"
        }
    }
}
