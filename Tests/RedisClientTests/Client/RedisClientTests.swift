import RedisClient
import TestSupport
import Testing

@Suite(.redisServer, .timeLimit(.minutes(4)))
struct RedisClientTests {
    @Test func `sends and receives`() async throws {
        try await withClient { client async throws in
            let key = uniqueKey()
            #expect(try await client.send(["SET", key, "a\u{0}b"]) == .status("OK"))
            #expect(try await client.send(["GET", key]) == .bulkString(Array("a\u{0}b".utf8)))
            #expect(try await client.send(["GET", uniqueKey()]) == .null)
            #expect(client.isConnected)
        }
    }

    @Test func `throws error replies of single commands`() async throws {
        try await withClient { client in
            let key = uniqueKey()
            try await client.send(["SET", key, "text"])
            let error = await #expect(throws: RedisError.self) { try await client.send(["LPUSH", key, "x"]) }
            #expect(error?.code == .server)
            #expect(error?.serverPrefix == "WRONGTYPE")
            #expect(error?.remedy == .bug)
        }
    }

    @Test func `does not repeat arguments that the server quotes`() async throws {
        try await withClient { client in
            let error = await #expect(throws: RedisError.self) { try await client.send(["NOSUCH", "hunter2"]) }
            #expect(error?.message.contains("NOSUCH") == true)
            #expect(error?.message.contains("hunter2") == false)
        }
    }

    @Test func `answers a pipeline in order, errors included`() async throws {
        try await withClient { client in
            let key = uniqueKey()
            let replies = try await client.send(pipeline: [["SET", key, "1"], ["LLEN", key], ["INCR", key]])
            #expect(replies.count == 3)
            #expect(replies[0] == .status("OK"))
            #expect(replies[1].errorMessage?.hasPrefix("WRONGTYPE") == true)
            #expect(replies[2] == .integer(2))
            #expect(try await client.send(pipeline: []).isEmpty)
        }
    }

    @Test func `keeps the replies of 64 concurrent senders apart`() async throws {
        try await withClient { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<64 {
                    group.addTask {
                        for number in 0..<100 {
                            let text = "\(sender):\(number)"
                            let reply = try await client.send(["ECHO", text])
                            #expect(reply.string == text)
                            let pair: [RESPCommand] = [["ECHO", "a" + text], ["ECHO", "b" + text]]
                            let replies = try await client.send(pipeline: pair)
                            #expect(replies.map(\.string) == ["a" + text, "b" + text])
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `cancelled senders leave the others their replies`() async throws {
        try await withClient { client async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<64 {
                    group.addTask {
                        try await Self.sendAndCancel(client, name: "\(sender)", cancels: sender.isMultiple(of: 2))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func sendAndCancel(_ client: RedisClient, name: String, cancels: Bool) async throws {
        for number in 0..<50 {
            try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask { try await client.send(["ECHO", "\(name):\(number)"]).string }
                if cancels { group.cancelAll() }
                switch await group.nextResult() {
                case .success(let text)?: try #require(text == "\(name):\(number)")
                case .failure(let error)?: try #require(cancels && (error as? RedisError)?.code == .cancelled)
                case nil: Issue.record("the group lost its task")
                }
            }
        }
    }

    @Test func `carries big values`() async throws {
        try await withClient { client in
            let key = uniqueKey()
            let value = (0..<8 * 1024 * 1024).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            var command: RESPCommand = ["SET", key]
            command.append(value)
            try await client.send(command)
            #expect(try await client.send(["GET", key]).bytes == value)
            try await client.send(["DEL", key])
        }
    }

    @Test func `runs scripts, also after the server has forgotten them`() async throws {
        let script = RedisScript(name: "sum", text: "return {KEYS[1], ARGV[1] + ARGV[2]}")
        try await withClient { client in
            let expected = RESPValue.array([.bulkString(Array("k".utf8)), .integer(5)])
            #expect(try await client.evaluate(script, keys: ["k"], arguments: ["2", "3"]) == expected)
            try await client.send(["SCRIPT", "FLUSH"])
            #expect(try await client.send(["SCRIPT", "EXISTS", script.sha1]) == .array([.integer(0)]))
            #expect(try await client.evaluate(script, keys: ["k"], arguments: ["2", "3"]) == expected)
            #expect(try await client.send(["SCRIPT", "EXISTS", script.sha1]) == .array([.integer(1)]))
        }
    }

    @Test func `computes the digest that the server computes`() async throws {
        try await withClient { client async throws in
            for length in [0, 1, 54, 55, 56, 63, 64, 65, 1000] {
                let script = RedisScript(name: "x", text: "-- " + String(repeating: "x", count: length))
                #expect(try await client.send(["SCRIPT", "LOAD", script.text]).string == script.sha1)
            }
        }
    }

    @Test func `throws the errors of scripts`() async throws {
        let script = RedisScript(name: "fails", text: "return redis.error_reply('LEASE lost')")
        try await withClient { client in
            let error = await #expect(throws: RedisError.self) { try await client.evaluate(script, keys: []) }
            #expect(error?.serverPrefix == "LEASE")
            #expect(error?.remedy == .retryHere)
        }
    }

    @Test func `selects the database and sets its name`() async throws {
        let server = try #require(RedisServer.current)
        let url = server.url.replacing("/0", with: "/3")
        try await withClient(url, configure: { $0.clientName = "taskbroker-test" }) { client in
            let info = try await client.send(["CLIENT", "INFO"]).string ?? ""
            #expect(info.contains("db=3 "))
            #expect(info.contains("name=taskbroker-test "))
        }
    }

    @Test func `works without a name that the server refuses`() async throws {
        try await withClient(configure: { $0.clientName = "two words" }) { client async throws in
            #expect(try await client.send(["PING"]) == .status("PONG"))
        }
    }

    @Test func `verifies a good connection`() async throws {
        try await withClient { try await $0.verify() }
    }

    @Test func `connects through a socket`() async throws {
        let server = try #require(RedisServer.current)
        try await withClient(server.socketURL) { client async throws in
            #expect(try await client.send(["PING"]) == .status("PONG"))
        }
    }
}
