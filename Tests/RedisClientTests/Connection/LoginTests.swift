import RedisClient
import TestSupport
import Testing

private let protectedServer = RedisServerOptions(
    password: "hunter2",
    users: ["alice on >wonder%land ~mine:* &* +@all", "guest on nopass ~* +get"]
)

/// Passwords, ACL users and limits: what a person has to put right must be said at once, and in words.
@Suite(.redisServer(protectedServer), .timeLimit(.minutes(4)))
struct LoginTests {
    private static func url(_ login: String) throws -> String {
        "redis://\(login)127.0.0.1:\(try #require(RedisServer.current).port)/0"
    }

    @Test(arguments: [(":hunter2@", "default"), ("default:hunter2@", "default"), ("alice:wonder%25land@", "alice")])
    func `logs in`(login: String, user: String) async throws {
        try await withClient(try Self.url(login)) { client in
            let name = try await client.send(["ACL", "WHOAMI"])
            #expect(name.string == user)
        }
    }

    @Test func `logs in a user without a password who may do next to nothing`() async throws {
        try await withClient(try Self.url("guest@")) { client in
            let reply = try await client.send(["GET", "k"])
            #expect(reply == .null)
        }
    }

    @Test(arguments: [
        (":wrong-secret@", "WRONGPASS", "refused the password"),
        ("nobody:wrong-secret@", "WRONGPASS", "refused the password"),
        ("", "NOAUTH", "requires a password"),
    ]) func `says at once that the login is wrong`(login: String, prefix: String, words: String) async throws {
        try await withClient(try Self.url(login)) { client in
            let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
            #expect(error?.serverPrefix == prefix)
            #expect(error?.remedy == .operator)
            #expect(error?.message.contains(words) == true)
            #expect(error?.message.contains("wrong-secret") == false)
            let later = await #expect(throws: RedisError.self) {
                try await client.send(["PING"], deadline: .milliseconds(50))
            }
            #expect(later?.message == error?.message)
        }
    }

    @Test func `says that a password is not wanted`() async throws {
        try await RedisServer.with { server in
            try await withClient("redis://:hunter2@127.0.0.1:\(server.port)") { client in
                let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
                #expect(error?.message.contains("has no password set") == true)
                #expect(error?.remedy == .operator)
            }
        }
    }

    @Test func `says that a database does not exist`() async throws {
        try await withClient(try Self.url(":hunter2@").replacing("/0", with: "/99")) { client in
            let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
            #expect(error?.message.contains("Use a smaller database number") == true)
            #expect(error?.remedy == .operator)
        }
    }

    @Test func `says what an ACL forbids`() async throws {
        try await withClient(try Self.url("alice:wonder%25land@")) { client in
            try await client.send(["SET", "mine:1", "x"])
            let error = await #expect(throws: RedisError.self) { try await client.send(["SET", "yours:1", "x"]) }
            #expect(error?.serverPrefix == "NOPERM")
            #expect(error?.remedy == .operator)
        }
    }

    @Test func `works as soon as the password is right`() async throws {
        try await RedisServer.with(.init(password: "new")) { server in
            try await withClient("redis://:later@127.0.0.1:\(server.port)") { client in
                await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
                #expect(try await server.cli("ACL", "SETUSER", "default", ">later") == "OK")
                try await client.send(["PING"], deadline: .seconds(30))
            }
        }
    }

    @Test func `waits for a free place when too many clients are connected`() async throws {
        try await RedisServer.with(.init(arguments: ["--maxclients", "2"])) { server in
            try await withClient(server.url) { first in
                try await first.verify()
                try await withClient(server.url) { second in
                    try await second.verify()
                    try await withClient(server.url) { third in
                        // The refusal is lost when it crosses our first write, and an attempt fails without it.
                        try await eventually("the refusal has arrived") {
                            let error = await #expect(throws: RedisError.self) { try await third.verify() }
                            return error?.serverPrefix == "ERR" && error?.remedy == .operator
                        }
                        try await first.send(["CONFIG", "SET", "maxclients", "10"])
                        try await third.send(["PING"], deadline: .seconds(30))
                    }
                }
            }
        }
    }
}
