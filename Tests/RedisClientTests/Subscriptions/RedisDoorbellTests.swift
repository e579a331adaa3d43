import TestSupport
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(4)))
struct RedisDoorbellTests {
    @Test func `rings for a push by anybody to an armed, missing list`() async throws {
        try await withDoorbell { doorbell, server async throws in
            #expect(await doorbell.rang(), "the first connection counts as a replacement")
            #expect(try await doorbell.arm(["login", "user"]).existing == 0)
            #expect(try await server.cli("LPUSH", "user", "x") == "1")
            #expect(await doorbell.rang())
            #expect(try await doorbell.arm(["login", "user"]).existing == 1)
        }
    }

    /// Between looking and arming there is no gap: either the look sees the push, or the push rings.
    @Test func `loses no wake-up, wherever the push falls`() async throws {
        try await withDoorbell { doorbell, server async throws in
            #expect(await doorbell.rang())
            try await withClient(server.url) { client in
                var rung = 0
                for round in 0..<1000 {
                    let key = "list:\(round)"
                    async let push = client.send(["LPUSH", key, "x"])
                    // Shifts the push through the whole time of arming.
                    for _ in 0..<(round % 40) { await Task.yield() }
                    if try await doorbell.arm([key]).existing == 0 {
                        try #require(await doorbell.rang())
                        rung += 1
                        #expect(try await client.send(["EXISTS", key]).integer == 1)
                    }
                    _ = try await push
                }
                #expect(rung < 1000)
            }
        }
    }

    @Test func `rings once for each arming`() async throws {
        try await withDoorbell { doorbell, server async throws in
            #expect(await doorbell.rang())
            #expect(try await doorbell.arm(["one"]).existing == 0)
            try await withClient(server.url) { client in
                try await client.send(["LPUSH", "one", "x"])
                #expect(await doorbell.rang())
                try await client.send(["LPUSH", "one", "y"])
                #expect(try await doorbell.arm(["two"]).existing == 0)
                try await client.send(["LPUSH", "two", "z"])
                #expect(await doorbell.rang())
            }
            // Three pushes, of which the second met a key that was armed no more.
            let invalidations = try await server.cli("INFO", "commandstats")
            #expect(invalidations.contains("cmdstat_lpush:calls=3"))
            #expect(try await server.trackedKeyCount == 0)
        }
    }

    @Test func `one look arms each key, and none arms nothing`() async throws {
        try await withDoorbell { doorbell, server async throws in
            #expect(try await doorbell.arm([]).existing == 0)
            #expect(try await server.trackedKeyCount == 0)
            #expect(try await doorbell.arm(["list", "other"]).existing == 0)
            #expect(try await server.trackedKeyCount == 2)
            #expect(try await doorbell.arm(["list", "other"]).existing == 0)
            #expect(try await server.trackedKeyCount == 2)
        }
    }

    @Test func `rings when everything is deleted`() async throws {
        try await withDoorbell { doorbell, server async throws in
            #expect(await doorbell.rang())
            #expect(try await doorbell.arm(["list"]).existing == 0)
            #expect(try await server.cli("FLUSHALL") == "OK")
            #expect(await doorbell.rang())
        }
    }

    @Test(arguments: ["pubsub", "normal"])
    func `replaces both connections when either is lost, rings, and can be armed again`(kind: String) async throws {
        try await withDoorbell { doorbell, server async throws in
            #expect(await doorbell.rang())
            #expect(try await doorbell.arm(["list"]).existing == 0)
            #expect(try await server.cli("CLIENT", "KILL", "TYPE", kind) == "1")
            #expect(await doorbell.rang())
            #expect(try await doorbell.arm(["list"]).existing == 0)
            #expect(try await server.cli("LPUSH", "list", "x") == "1")
            #expect(await doorbell.rang())
            try await eventually("the old pair is gone") { try await doorbell.arm(["list"]).listeners == 1 }
        }
    }

    @Test func `counts those who listen`() async throws {
        try await withDoorbell { first, server in
            #expect(try await first.arm(["list"]).listeners == 1)
            try await withDoorbell(on: server) { second, _ async throws in
                #expect(try await second.arm(["list"]).listeners == 2)
            }
        }
    }

    @Test func `survives a restart of the server`() async throws {
        try await withDoorbell { doorbell, server async throws in
            #expect(await doorbell.rang())
            try await server.crash()
            let error = await #expect(throws: RedisError.self) {
                try await doorbell.arm(["list"], deadline: .milliseconds(200))
            }
            #expect(error?.remedy == .reconnect)
            try await server.restart()
            #expect(await doorbell.rang())
            #expect(try await doorbell.arm(["list"], deadline: .seconds(10)).existing == 0)
        }
    }
}

/// A doorbell, and the rings that nobody has waited for, of which many are one.
private struct Bell: Sendable {
    private let doorbell: RedisDoorbell
    private let rings: AsyncStream<Void>

    init(_ server: RedisServer) throws {
        let (rings, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.doorbell = RedisDoorbell(try .forTests(server.url), logger: .silent) { ring.yield() }
        self.rings = rings
    }
}

extension Bell {
    /// Waits for a ring; the time limit of the suite ends a wait in vain.
    func rang() async -> Bool {
        for await _ in self.rings { return true }
        return false
    }

    func run() async { await self.doorbell.run() }

    func arm(_ keys: [String], deadline: Duration? = nil) async throws(RedisError) -> RedisDoorbell.Arming {
        try await self.doorbell.arm(RESPArguments(keys), deadline: deadline)
    }
}

extension RedisServer {
    /// How many keys the server remembers for doorbells.
    fileprivate var trackedKeyCount: Int? {
        get async throws {
            let statistics = try await self.cli("INFO", "stats")
            let line = statistics.split(whereSeparator: \.isNewline).first { $0.hasPrefix("tracking_total_keys:") }
            return line.flatMap { Int($0.dropFirst("tracking_total_keys:".count)) }
        }
    }
}

private func withDoorbell(_ body: (Bell, RedisServer) async throws -> Void) async throws {
    try await RedisServer.with { server in try await withDoorbell(on: server, body) }
}

private func withDoorbell(
    on server: RedisServer,
    _ body: (Bell, RedisServer) async throws -> Void
) async throws {
    let doorbell = try Bell(server)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await doorbell.run() }
        defer { group.cancelAll() }
        try await body(doorbell, server)
    }
}
