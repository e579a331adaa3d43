import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// A full Redis refuses new messages and nothing else: R3 and R13 of the design.
@Suite(.serialized) struct MemoryLimitTests {
    @Test func `a full Redis lets workers finish`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["a", "b", "c", "d", "e", "f"])
            try await fixture.withConsumer(lease: .milliseconds(400)) { consumer in
                let messages = try await consumer.claim(4)
                _ = try await consumer.tick()
                try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "1"])
                let error = try await #require(throws: TaskBrokerError.self) { try await fixture.push(["refused"]) }
                #expect(error.code == .publishRefused)
                #expect(error.message.contains("memory"))

                #expect(try await consumer.renew(messages.map(\.claim)).isEmpty)
                let due = try await consumer.now()
                let settlements = [
                    messages[0].end(
                        results: [ResultWrite("id", #"{"status": "SUCCESS"}"#)],
                        publications: [Publication("next", to: "other")]
                    ),
                    messages[1].end(.delay(until: due)), messages[2].end(.deadLetter(reason: "bad")),
                ]
                let reply = try await consumer.settle(settlements, claiming: 1)
                #expect(reply.isAccepted == [true, true, true])
                #expect(reply.messages.map(\.text) == ["e"])
                try await eventually("the rest is due or lost") {
                    _ = try await consumer.tick()
                    return try await fixture.state().waiting.count == 4
                }
                let state = try await fixture.state()
                state.expectInvariants()
                #expect(state.messages == ["b", "c", "d", "e", "f"])
                #expect(try await fixture.state("other").waiting == ["next"])
            }
        }
    }

    @Test func `a full Redis lets idle workers begin`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push((0..<20).map { "m\($0)" })
            try await fixture.withConsumer { consumer in
                _ = try await consumer.tick()
                try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "1"])
                // One, several, and several that are moved at once.
                var texts: [String] = []
                for count in [1, 5, 8] { texts += try await consumer.claim(count).map(\.text) }
                #expect(texts == (0..<14).map { "m\($0)" })
                try await fixture.state().expectInvariants()
            }
        }
    }

    @Test func `a full Redis does not take a unique key without its message`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "1"])
            let unique = Publication.UniqueClaim(key: UniqueKey("page"), taskID: "id")
            await #expect(throws: TaskBrokerError.self) {
                _ = try await fixture.broker.publish([Publication("a", to: "q", unique: unique)])
            }
            #expect(try await fixture.redis.send(["DBSIZE"]).integer == 0)
        }
    }
}
