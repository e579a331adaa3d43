import TestSupport
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(4)))
struct RedisSubscriberTests {
    @Test func `receives what is published after the subscription began`() async throws {
        try await withSubscriber { subscriber, server async throws in
            try await subscriber.withSubscription(to: ["c"], patterns: ["p*"]) { subscription async throws in
                var events = subscription.makeAsyncIterator()
                #expect(try await server.cli("PUBLISH", "c", "1") == "1")
                #expect(await events.next() == .push(RedisPush(channel: "c", payload: Array("1".utf8))))
                #expect(try await server.cli("PUBLISH", "px", "2") == "1")
                #expect(await events.next() == .push(RedisPush(channel: "px", payload: Array("2".utf8))))
            }
            try await eventually("the server is told of the end") {
                try await server.cli("PUBSUB", "NUMSUB", "c") == "c\n0"
            }
        }
    }

    @Test func `shares one connection among many scopes`() async throws {
        try await withSubscriber { subscriber, server async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let name = "one:\(index)"
                        try await subscriber.withSubscription(to: ["all", name]) { subscription async throws in
                            let published = try await server.cli("PUBLISH", name, "x")
                            #expect(published == "1")
                            var channel: String?
                            for await case .push(let push) in subscription {
                                channel = push.channel
                                break
                            }
                            #expect(channel == name)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await server.cli("CLIENT", "LIST", "TYPE", "pubsub").split(separator: "\n").count <= 1)
        }
    }

    @Test func `delivers to every scope of a channel`() async throws {
        try await withSubscriber { subscriber, server async throws in
            try await subscriber.withSubscription(to: ["c"]) { first async throws in
                try await subscriber.withSubscription(to: ["c"]) { second async throws in
                    #expect(try await server.cli("PUBLISH", "c", "x") == "1")
                    for subscription in [first, second] {
                        var events = subscription.makeAsyncIterator()
                        #expect(await events.next() == .push(RedisPush(channel: "c", payload: [0x78])))
                    }
                }
                #expect(try await server.cli("PUBLISH", "c", "y") == "1")
                var events = first.makeAsyncIterator()
                #expect(await events.next() == .push(RedisPush(channel: "c", payload: [0x79])))
            }
        }
    }

    @Test func `tells of a reconnection and goes on`() async throws {
        try await withSubscriber { subscriber, server async throws in
            try await subscriber.withSubscription(to: ["c"]) { subscription async throws in
                var events = subscription.makeAsyncIterator()
                try await server.crash()
                try await server.restart()
                #expect(await events.next() == .reconnected)
                #expect(try await server.cli("PUBLISH", "c", "x") == "1")
                #expect(await events.next() == .push(RedisPush(channel: "c", payload: [0x78])))
            }
        }
    }

    @Test func `tells a slow reader what it has missed`() async throws {
        try await withSubscriber(configure: { $0.subscriptionBufferCount = 4 }) { subscriber, server async throws in
            try await subscriber.withSubscription(to: ["c"]) { subscription async throws in
                try await withClient(server.url) { client in
                    _ = try await client.send(pipeline: (0..<10).map { ["PUBLISH", "c", "\($0)"] })
                    // One connection, one order: what comes after the ten has found them all in the buffer. Of one message,
                    // though, nobody knows which scope gets it first; so the end is on a channel of its own.
                    try await subscriber.withSubscription(to: ["end"]) { end in
                        try await client.send(["PUBLISH", "end", ""])
                        var ends = end.makeAsyncIterator()
                        _ = await ends.next()
                    }
                }
                var events = subscription.makeAsyncIterator()
                #expect(await events.next() == .dropped(6))
                #expect(await events.next() == .push(RedisPush(channel: "c", payload: Array("6".utf8))))
            }
        }
    }

    @Test func `stays alive through silence`() async throws {
        let configure = { (configuration: inout RedisConfiguration) in configuration.pingInterval = .milliseconds(20) }
        try await withSubscriber(configure: configure) { subscriber, server async throws in
            try await subscriber.withSubscription(to: ["c"]) { subscription async throws in
                try await eventually("PINGs are answered") {
                    let statistics = try await server.cli("INFO", "commandstats")
                    let prefix = "cmdstat_ping:calls="
                    let lines = statistics.split(whereSeparator: \.isNewline)
                    let line = lines.first { $0.hasPrefix(prefix) }
                    return Int(line?.dropFirst(prefix.count).prefix { $0.isNumber } ?? "0") ?? 0 > 10
                }
                #expect(try await server.cli("PUBLISH", "c", "x") == "1")
                var events = subscription.makeAsyncIterator()
                #expect(await events.next() == .push(RedisPush(channel: "c", payload: [0x78])))
            }
        }
    }

    @Test func `tells why it cannot subscribe`() async throws {
        let port = try FreePort.find()
        let configuration = try RedisConfiguration.forTests("redis://127.0.0.1:\(port)")
        let subscriber = RedisSubscriber(configuration, logger: .silent)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await subscriber.run() }
            let error = await #expect(throws: RedisError.self) {
                try await subscriber.withSubscription(to: ["c"], deadline: .seconds(10)) { _ in }
            }
            #expect(error?.code == .connectionFailed)
            group.cancelAll()
        }
    }

    @Test func `a refused channel does not disturb the others`() async throws {
        let options = RedisServerOptions(users: ["alice on >secret ~* &mine:* +@all"])
        try await RedisServer.with(options) { server in
            let url = "redis://alice:secret@127.0.0.1:\(server.port)"
            try await withSubscriber(url, on: server) { subscriber, server async throws in
                try await subscriber.withSubscription(to: ["mine:1"]) { subscription async throws in
                    let error = await #expect(throws: RedisError.self) {
                        try await subscriber.withSubscription(to: ["mine:2", "other"]) { _ in }
                    }
                    #expect(error?.serverPrefix == "NOPERM")
                    #expect(error?.remedy == .operator)
                    #expect(try await server.cli("PUBLISH", "mine:1", "x") == "1")
                    var events = subscription.makeAsyncIterator()
                    #expect(await events.next() == .push(RedisPush(channel: "mine:1", payload: [0x78])))
                }
            }
        }
    }
}

private func withSubscriber(
    configure: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (RedisSubscriber, RedisServer) async throws -> Void
) async throws {
    try await RedisServer.with { server in
        try await withSubscriber(server.url, on: server, configure: configure, body)
    }
}

private func withSubscriber(
    _ url: String,
    on server: RedisServer,
    configure: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (RedisSubscriber, RedisServer) async throws -> Void
) async throws {
    var configuration = try RedisConfiguration.forTests(url)
    configure(&configuration)
    let subscriber = RedisSubscriber(configuration, logger: .silent)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await subscriber.run() }
        defer { group.cancelAll() }
        try await body(subscriber, server)
    }
}
