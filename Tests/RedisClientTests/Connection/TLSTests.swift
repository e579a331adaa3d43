import RedisClient
import TestSupport
import Testing

/// Who may be talked to, and what is said when it is somebody else.
@Suite(.redisServer(RedisServerOptions(tls: .withoutClientCertificates)), .timeLimit(.minutes(4)))
struct TLSTests {
    @Test(arguments: ["localhost", "127.0.0.1"])
    func `verifies chain and name`(host: String) async throws {
        let server = try #require(RedisServer.current)
        try await withClient(server.url.replacing("localhost", with: host)) { client in
            try await client.send(["SET", "k", String(repeating: "x", count: 100_000)])
            let value = try await client.send(["GET", "k"])
            #expect(value.bytes?.count == 100_000)
        }
    }

    @Test(arguments: [
        ("/0?ssl_ca_certs={directory}/other.crt", "not signed by a trusted authority"),
        ("/0", "not signed by a trusted authority"),
        ("/0?ssl_ca_certs={directory}/missing.crt", "Cannot use ssl_ca_certs"),
        ("/0?ssl_ca_certs={directory}/ca.crt&ssl_certfile={directory}/missing.crt", "Cannot use ssl_certfile"),
        ("/0?ssl_ca_certs={directory}/ca.crt&ssl_certfile={directory}/client.crt", "Cannot use ssl_keyfile"),
        ("/0?ssl_cert_reqs=none", "open to anybody"),
    ]) func `refuses a server that it cannot verify`(query: String, words: String) async throws {
        let server = try #require(RedisServer.current)
        let url = "rediss://localhost:\(server.port)\(query.replacing("{directory}", with: server.directory))"
        try await withClient(url) { client in
            let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(error?.remedy == .operator)
        }
    }

    @Test func `verifies nothing when that is asked for twice`() async throws {
        let server = try #require(RedisServer.current)
        let url = "rediss://localhost:\(server.port)/0?ssl_cert_reqs=none"
        try await withClient(url, configure: { $0.allowInsecureTLS = true }) { try await $0.verify() }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `refuses a certificate for another host`(host: String) async throws {
        var options = RedisServerOptions(tls: .withoutClientCertificates)
        options.certificateNames = "DNS:redis.example,IP:127.0.0.2"
        try await RedisServer.with(options) { server in
            try await withClient(server.url.replacing("localhost", with: host)) { client in
                let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
                #expect(error?.message.contains("another host name") == true, "\(error?.message ?? "")")
                #expect(error?.remedy == .operator)
            }
            try await withClient(server.url, configure: { $0.url.tls?.serverName = "redis.example" }) { client in
                try await client.verify()
            }
        }
    }

    @Test func `shows a client certificate to a server that wants one`() async throws {
        try await RedisServer.with(RedisServerOptions(tls: .withClientCertificates)) { server in
            let files = "&ssl_certfile=\(server.directory)/client.crt&ssl_keyfile=\(server.directory)/client.key"
            try await withClient(server.url + files) { try await $0.verify() }
            try await withClient(server.url) { client in
                let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
                #expect(error?.message.contains("asks for a client certificate") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test func `says that the port speaks no TLS`() async throws {
        try await RedisServer.with { server in
            // Redis takes the handshake for the beginning of a command, and waits for its end.
            let url = "rediss://localhost:\(server.port)"
            try await withClient(url, configure: { $0.connectTimeout = .milliseconds(500) }) { client in
                let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
                #expect(error?.message.contains("does not speak TLS") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test func `says that the port speaks TLS`() async throws {
        let server = try #require(RedisServer.current)
        try await withClient("redis://localhost:\(server.port)") { client in
            let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
            #expect(error?.message.contains("rediss://") == true, "\(error?.message ?? "")")
        }
    }
}
