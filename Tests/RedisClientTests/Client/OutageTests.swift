import RedisClient
import TestSupport
import Testing

/// What callers see while the server is away, and after it has come back.
@Suite(.timeLimit(.minutes(4)))
struct OutageTests {
    @Test func `reconnects to a server that was killed and restarted`() async throws {
        try await RedisServer.with(.init(isPersistent: true)) { server in
            try await withClient(server.url) { client in
                let script = RedisScript(name: "get", text: "return redis.call('GET', KEYS[1])")
                try await client.send(["SET", "k", "v"])
                #expect(try await client.evaluate(script, keys: ["k"]).string == "v")
                try await server.crash()
                try await withThrowingTaskGroup(of: RESPValue.self) { group in
                    // Both wait for the connection; the script has to be sent again.
                    group.addTask { try await client.send(["GET", "k"], deadline: .seconds(30)) }
                    group.addTask { try await client.evaluate(script, keys: ["k"], deadline: .seconds(30)) }
                    try await server.restart()
                    while let reply = try await group.next() { #expect(reply.string == "v") }
                }
            }
        }
    }

    @Test func `tells commands under way that they may have run`() async throws {
        try await RedisServer.with { server in
            try await withClient(server.url) { client in
                try await client.verify()
                server.pause()
                try await withThrowingTaskGroup(of: RESPValue.self) { group in
                    group.addTask { try await client.send(["INCR", "k"], deadline: .seconds(30)) }
                    group.addTask {
                        // Written after INCR, so once this has hit its deadline INCR is on the wire.
                        try await client.send(["GET", "k"], deadline: .milliseconds(200))
                    }
                    var errors: [RedisError] = []
                    while let result = await group.nextResult() {
                        if case .failure(let error as RedisError) = result { errors.append(error) }
                        if errors.count == 1 { try await server.crash() }
                    }
                    #expect(errors.map(\.code) == [.deadlineExceeded, .connectionClosed])
                    #expect(errors.map(\.mayHaveExecuted) == [true, true])
                }
            }
        }
    }

    @Test func `ends commands at their deadline while the server hangs, and goes on afterwards`() async throws {
        try await RedisServer.with { server in
            try await withClient(server.url) { client in
                try await client.verify()
                server.pause()
                let start = ContinuousClock.now
                let error = await #expect(throws: RedisError.self) {
                    try await client.send(["SET", "k", "v"], deadline: .milliseconds(100))
                }
                #expect(error?.code == .deadlineExceeded)
                #expect(ContinuousClock.now - start < .seconds(20), "not the deadline of the configuration")
                server.resume()
                // The late reply to SET is not taken for the reply to ECHO.
                #expect(try await client.send(["ECHO", "x"]).string == "x")
            }
        }
    }

    @Test func `finds out that an idle server hangs`() async throws {
        try await RedisServer.with { server in
            try await withClient(server.url) {
                $0.pingInterval = .milliseconds(100)
                $0.commandDeadline = .seconds(1)
            } _: { client in
                try await eventually("the client is connected") { client.isConnected }
                server.pause()
                try await eventually("the client notices") { !client.isConnected }
                server.resume()
                try await eventually("the client is back") { client.isConnected }
            }
        }
    }

    @Test func `tells the cause when nobody listens`() async throws {
        let port = try FreePort.find()
        try await withClient("redis://:hunter2@127.0.0.1:\(port)/0") { client in
            let start = ContinuousClock.now
            let early = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
            #expect(ContinuousClock.now - start < .seconds(20), "not the deadline of the call")
            let late = await #expect(throws: RedisError.self) {
                try await client.send(["PING"], deadline: .milliseconds(300))
            }
            for error in [early, late] {
                #expect(error?.code == .connectionFailed)
                #expect(error?.remedy == .reconnect)
                #expect(
                    error?.message
                        == "Cannot connect to Redis at 127.0.0.1:\(port): Connection refused. "
                        + "Is redis-server running there?"
                )
            }
        }
    }

    @Test func `tells the cause when the host is unknown`() async throws {
        try await withClient("redis://no-such-host.invalid") { client in
            let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
            #expect(error?.code == .connectionFailed)
            #expect(error?.message.contains("no-such-host.invalid:6379: the host name is unknown") == true)
        }
    }

    @Test func `tells the cause when there is no socket`() async throws {
        try await withClient("unix:///tmp/no-such-redis.sock") { client in
            let error = await #expect(throws: RedisError.self) { try await client.verify(deadline: .seconds(30)) }
            #expect(error?.message.contains("/tmp/no-such-redis.sock: There is no such socket file") == true)
        }
    }

    @Test func `waits no longer than its deadline when nothing runs`() async throws {
        let client = RedisClient(RedisConfiguration(url: try RedisURL("redis://")), logger: .silent)
        let error = await #expect(throws: RedisError.self) {
            try await client.send(["PING"], deadline: .milliseconds(50))
        }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.mayHaveExecuted == false)
    }

    @Test func `fails at once after it was stopped`() async throws {
        try await RedisServer.with { server in
            let stopped = try await withClient(server.url) { client in
                try await client.verify()
                return client
            }
            // Ends only because run() has ended, which the scope above waits for.
            for await _ in stopped.connects() { Issue.record("a stopped client has connected") }
            let error = await #expect(throws: RedisError.self) { try await stopped.send(["PING"]) }
            #expect(error?.code == .connectionClosed)
        }
    }

    @Test func `cancels those who wait for a connection`() async throws {
        let port = try FreePort.find()
        try await withClient("redis://127.0.0.1:\(port)") { client in
            await withTaskGroup(of: RedisError.Code?.self) { group in
                group.addTask {
                    do throws(RedisError) {
                        try await client.send(["PING"], deadline: .seconds(60))
                        return nil
                    } catch {
                        return error.code
                    }
                }
                group.cancelAll()
                #expect(await group.next() == .cancelled)
            }
        }
    }

    @Test func `tells of each new connection`() async throws {
        try await RedisServer.with { server in
            try await withClient(server.url) { client async throws in
                var connects = client.connects().makeAsyncIterator()
                #expect(await connects.next() != nil)
                #expect(try await server.cli("CLIENT", "KILL", "TYPE", "normal") != "0")
                #expect(await connects.next() != nil)
                #expect(try await client.send(["PING"]) == .status("PONG"))
            }
        }
    }
}
