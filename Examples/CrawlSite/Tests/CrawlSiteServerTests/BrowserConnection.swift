import CrawlSiteServer
import FlyingSocks
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One kept-alive connection to a server, with the bytes of requests written and those of answers read by hand, so that the
/// tests do not depend on a client's idea of HTTP.
struct BrowserConnection: Sendable {
    private let socket: AsyncSocket

    /// Connects.
    init(to address: ListenAddress) async throws {
        self.socket = try await AsyncSocket.connected(to: .inet(ip4: address.host, port: address.port), timeout: 60)
    }
}

extension BrowserConnection {
    /// An answer as it came.
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: String
    }

    /// Opens a connection for as long as the body runs.
    static func open<Result>(
        to address: ListenAddress,
        _ body: (BrowserConnection) async throws -> Result
    ) async throws -> Result {
        let connection = try await BrowserConnection(to: address)
        defer { try? connection.socket.close() }
        return try await body(connection)
    }

    /// Fetches a page.
    func get(_ target: String, cookie: String? = nil) async throws -> Answer {
        let cookies = cookie.map { "Cookie: \($0)\r\n" } ?? ""
        return try await self.exchange("GET \(target) HTTP/1.1\r\nHost: site\r\n\(cookies)\r\n")
    }

    /// Sends a form.
    func post(_ target: String, form: String = "") async throws -> Answer {
        try await self.exchange(
            "POST \(target) HTTP/1.1\r\nHost: site\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)"
        )
    }

    /// Logs in and returns what to send as `Cookie`.
    func logIn() async throws -> String {
        let answer = try await self.post("/login", form: "user=crawler&password=crawler")
        return String(try #require(answer.headers["set-cookie"]).prefix { $0 != ";" })
    }

    /// Sends a request's bytes and reads one answer.
    func exchange(_ request: String) async throws -> Answer {
        try await self.socket.write(Data(request.utf8))
        var received: [UInt8] = []
        while true {
            if let answer = try Answer(received) {
                return answer
            }
            received += try await self.socket.read(atMost: 4_096)
        }
    }
}

extension BrowserConnection.Answer {
    /// Reads an answer; nil while bytes are missing.
    fileprivate init?(_ bytes: [UInt8]) throws {
        let separator = Array("\r\n\r\n".utf8)
        guard let end = bytes.firstRange(of: separator) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let statusLine = try #require(lines.first).split(separator: " ")
        try #require(statusLine.count > 1)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            try #require(parts.count == 2)
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let length = try #require(headers["content-length"].flatMap { Int($0) })
        let body = bytes[end.upperBound...]
        guard body.count >= length else { return nil }
        try #require(body.count == length)
        self.status = try #require(Int(statusLine[1]))
        self.headers = headers
        self.body = String(decoding: body, as: UTF8.self)
    }
}
