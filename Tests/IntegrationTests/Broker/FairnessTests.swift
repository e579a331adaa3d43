import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Which message comes next: priorities, rotation, pause.
@Suite(.serialized) struct FairnessTests {
    @Test func `lower numbers are served first, whatever their queue`() async throws {
        try await BrokerFixture.with { fixture in
            for (priority, queue) in [(9, "a"), (6, "b"), (3, "a"), (0, "b"), (5, "b"), (2, "a")] {
                try await fixture.push(["\(priority)"], to: queue, priority: priority)
            }
            try await fixture.withConsumer(["a", "b"]) { consumer in
                let served = try await consumer.claim(10)
                #expect(served.map(\.claim.step) == [0, 0, 3, 3, 6, 9])
                #expect(served.map(\.text) == ["2", "0", "3", "5", "6", "9"])
            }
        }
    }

    @Test func `a full queue does not starve another`() async throws {
        try await BrokerFixture.with { fixture in
            let queues = ["a", "b", "c"]
            for queue in queues { try await fixture.push((0..<100).map { "\(queue)\($0)" }, to: queue) }
            try await fixture.withConsumer(queues.map { Queue($0) }) { consumer in
                var served: [String: Int] = [:]
                for _ in 0..<30 {
                    for message in try await consumer.claim(2) { served[message.claim.queue, default: 0] += 1 }
                }
                #expect(served == ["a": 20, "b": 20, "c": 20])
            }
        }
    }

    @Test func `a paused queue keeps its messages in order until it is resumed`() async throws {
        try await BrokerFixture.with { fixture in
            let inspector = fixture.inspector
            try await fixture.push(["a", "b", "c"])
            try await fixture.push(["x"], to: "other")
            #expect(try await inspector.pause("q"))
            #expect(try await !inspector.pause("q"))
            try await fixture.withConsumer(["q", "other"]) { consumer in
                let messages = try await consumer.claim(5)
                #expect(messages.map(\.text) == ["x"])
                #expect(try await fixture.state().waiting == ["a", "b", "c"])
                #expect(try await !consumer.tick().hasWork)
                #expect(try await inspector.queue("q").isPaused)
                #expect(try await inspector.resume("q"))
                #expect(try await !inspector.resume("q"))
                #expect(try await consumer.tick().hasWork)
                #expect(try await consumer.claim(5).map(\.text) == ["a", "b", "c"])
            }
        }
    }
}
