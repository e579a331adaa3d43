import CeleryProtocol
import Logging
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Connections that end between a request and its reply: what Redis did is whole, and happens once.
@Suite(.serialized) struct LostReplyTests {
    private static let rounds = 6

    /// Sends a request that Redis carries out and whose reply, most of the time, never comes.
    private static func unread<Reply>(
        _ fixture: BrokerFixture,
        _ killer: RedisClient,
        _ request: () async throws -> Reply
    ) async throws -> Reply? {
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Redis stands still until the request and, behind it, the end of its connection have come.
            group.addTask { _ = try await fixture.redis.send(["DEBUG", "SLEEP", "0.4"]) }
            group.addTask {
                try await Task.sleep(for: .milliseconds(250))
                try await killer.send(["CLIENT", "KILL", "TYPE", "normal"])
            }
            try await Task.sleep(for: .milliseconds(100))
            let reply = try? await request()
            // The connection that made Redis stand still may have been ended, too.
            while let result = await group.nextResult() { _ = result }
            return reply
        }
    }

    /// What lies in the list, once the connection that looks is there again.
    private static func state(_ fixture: BrokerFixture, _ queue: String = "q") async throws -> DomainState {
        var state: DomainState?
        try await eventually("connected again") {
            state = try? await fixture.state(queue)
            return state != nil
        }
        return try #require(state)
    }

    private static func withKiller(
        _ fixture: BrokerFixture,
        _ body: (RedisClient) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let killer = RedisClient(RedisConfiguration(url: try RedisURL(fixture.server.url)), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await killer.run() }
            defer { group.cancelAll() }
            try await killer.send(["PING"])
            try await body(killer)
        }
    }

    @Test func `a message whose claim nobody learns of is still there`() async throws {
        try await BrokerFixture.with { fixture in
            try await Self.withKiller(fixture) { killer in
                let messages = (0..<Self.rounds).map { "m\($0)" }
                try await fixture.push(messages)
                try await fixture.withConsumer { consumer in
                    _ = try await consumer.now()
                    var unread = 0
                    for _ in messages {
                        let isRead = try await Self.unread(fixture, killer) { try await consumer.claim(1) } != nil
                        let state = try await Self.state(fixture)
                        state.expectInvariants()
                        #expect(state.messages == messages, "I1")
                        if !isRead, !state.inFlight.isEmpty { unread += 1 }
                    }
                    #expect(unread > 0, "every reply came; the test shows nothing")
                }
            }
        }
    }

    @Test func `a settlement whose reply is lost has happened once when it is sent again`() async throws {
        try await BrokerFixture.with { fixture in
            try await Self.withKiller(fixture) { killer in
                try await fixture.push((0..<Self.rounds).map { "m\($0)" })
                try await fixture.withConsumer { consumer in
                    var refused = 0
                    for message in try await consumer.claim(Self.rounds) {
                        // Whoever makes Redis stand still needs a connection, and the consumer asks each new one first what it may.
                        // What Redis does not know in the first round is the script.
                        _ = try await Self.state(fixture)
                        _ = try await consumer.now()
                        let settlement = message.end(publications: [Publication(message.text, to: "next")])
                        var isAccepted = try await Self.unread(fixture, killer) {
                            try await consumer.settle(settlement)
                        }
                        try await eventually("settled") {
                            if isAccepted == nil { isAccepted = try? await consumer.settle(settlement) }
                            return isAccepted != nil
                        }
                        if isAccepted == false { refused += 1 }
                    }
                    #expect(try await Self.state(fixture).messages.isEmpty)
                    #expect(try await Self.state(fixture, "next").waiting == (0..<Self.rounds).map { "m\($0)" })
                    #expect(refused > 0, "every reply came; the test shows nothing")
                }
            }
        }
    }
}
