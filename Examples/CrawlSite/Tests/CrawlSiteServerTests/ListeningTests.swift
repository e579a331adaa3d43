import CrawlSite
import CrawlSiteServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ListeningTests {
    @Test func `an address in use is refused with the system's words`() async throws {
        try await withServer { address in
            let second = try CrawlSiteServer(site: .faultless, address: address)
            let error = await #expect(throws: CrawlSiteError.self) {
                try await second.run { _ in Issue.record("two servers listen on \(address)") }
            }
            #expect(error?.code == .addressUnavailable)
            #expect(error?.message == "cannot listen on \(address): Address already in use")
        }
    }

    @Test func `an address is free again when its server ended`() async throws {
        let first = try await withServer { $0 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let second = try CrawlSiteServer(site: .faultless, address: first)
            let (listening, isListening) = AsyncStream.makeStream(of: ListenAddress.self)
            group.addTask { try await second.run { isListening.yield($0) } }
            for await address in listening {
                #expect(address == first)
                break
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func `clients that are connected do not keep a server from ending`() async throws {
        let (connections, connected) = AsyncStream.makeStream(of: BrowserConnection.self)
        try await withServer { address in
            let connection = try await BrowserConnection(to: address)
            #expect(try await connection.get("/").status == 200)
            connected.yield(connection)
        }
        for await connection in connections {
            await #expect(throws: (any Error).self) { try await connection.get("/") }
            break
        }
    }

    @Test(arguments: ["", "example.org", "127.0.0.256", "1:2", "127.0.0.1:80"])
    func `a host that is no address is refused`(host: String) {
        let error = #expect(throws: CrawlSiteError.self) {
            try CrawlSiteServer(site: .faultless, address: ListenAddress(host: host, port: 0))
        }
        #expect(error?.code == .invalidAddress)
        #expect(error?.message.contains("'\(host)'") == true)
    }

    @Test(arguments: [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("localhost", "localhost:80")])
    func `an address is written as in a URL`(host: String, text: String) throws {
        #expect(ListenAddress(host: host, port: 80).description == text)
        _ = try CrawlSiteServer(site: .faultless, address: ListenAddress(host: host, port: 80))
    }
}
