import RedisClient
import Testing

@testable import TaskBroker

/// How messages whose sending has a condition are put together, and when they are sent again.
struct PublishPlanTests {
    private static func publication(_ queue: String, key: String? = nil, bytes: Int = 1) -> RedisPublication {
        RedisPublication(
            targets: [.list(queue)],
            payload: [UInt8](repeating: 120, count: bytes),
            unique: key.map { .init(key: UniqueKey($0), taskID: "id", retryWindow: .seconds(9)) }
        )
    }

    private static func sizes(_ publications: [RedisPublication], _ terms: PublishTerms) -> [Int] {
        let batches = PublishBatch.batches(of: Array(zip(publications.indices, publications)), terms)
        #expect(batches.flatMap(\.indices) == Array(publications.indices))
        return batches.map(\.publications.count)
    }

    @Test func `batches are bounded by number, bytes, the bounds of queues and by who has a key`() {
        let bounds = ["a": QueueBound(maxLength: 2), "b": QueueBound(maxLength: 300)]
        let terms = PublishTerms(bounds: bounds)
        let keyed = (0..<1200).map { Self.publication("x", key: "\($0)") }
        #expect(Self.sizes(keyed, terms) == [500, 500, 200])
        let large = (0..<5).map { _ in Self.publication("x", key: "k", bytes: 2 << 20) }
        #expect(Self.sizes(large, terms) == [2, 2, 1])
        let queues = (0..<400).map { Self.publication($0 % 100 == 0 ? "a" : "b") }
        #expect(Self.sizes(queues, terms) == [200, 200])
        #expect(Self.sizes(queues, PublishTerms(bounds: bounds, isWhole: true)) == [400])
        let mixed = [Self.publication("b", key: "1"), Self.publication("b", key: "2"), Self.publication("b")]
        #expect(Self.sizes(mixed, terms) == [2, 1])
        #expect(
            Self.sizes([Self.publication("c"), Self.publication("c")], .init(bounds: ["c": QueueBound(maxLength: 0)]))
                == [1, 1]
        )
    }

    @Test func `only a batch of keyed messages is sent again, and only what passes is waited for`() throws {
        let terms = PublishTerms()
        let keyed = PublishBatch.batches(of: [(0, Self.publication("x", key: "k"))], terms)
        #expect(keyed.map(\.retryWindow) == [.seconds(9)])
        let whole = PublishTerms(isWhole: true)
        let mixed = PublishBatch.batches(of: [(0, Self.publication("x", key: "k")), (1, Self.publication("x"))], whole)
        #expect(mixed.map(\.retryWindow) == [.zero])

        let start = ContinuousClock.now
        let broken = RedisError(.connectionClosed, "x", mayHaveExecuted: true)
        for error in [
            broken, RedisError(.deadlineExceeded, "x"), RedisError(.connectionFailed, "x"),
            RedisError(reply: "LOADING x"), RedisError(reply: "READONLY x"),
        ] {
            var attempts = PublishAttempts(window: .seconds(9), start: start)
            let first = attempts.resumption(after: error, now: start)
            let again = try #require(first)
            #expect(again > start && again < start + .seconds(1))
            let last = attempts.resumption(after: error, now: start + .seconds(9))
            #expect(last == nil)
            #expect(attempts.isUncertain == error.mayHaveExecuted)
        }
        for error in [
            RedisError(reply: "OOM x"), RedisError(reply: "NOPERM x"), RedisError(reply: "WRONGTYPE x"),
            RedisError(.cancelled, "x"), RedisError(.protocolViolation, "x"),
        ] {
            var attempts = PublishAttempts(window: .seconds(9), start: start)
            let again = attempts.resumption(after: error, now: start)
            #expect(again == nil)
        }
        var attempts = PublishAttempts(window: .zero, start: start)
        // It may have arrived, whatever the last attempt met.
        let again = [broken, RedisError(.connectionFailed, "x")].map { attempts.resumption(after: $0, now: start) }
        #expect(again == [nil, nil])
        #expect(attempts.isUncertain)
    }

    @Test func `a full queue is looked at again until the time is over`() {
        let start = ContinuousClock.now
        var attempts = PublishAttempts(window: .zero, start: start)
        let rejected = attempts.resumption(after: .reject, now: start)
        #expect(rejected == nil)
        var (now, looks) = (start, 0)
        while let next = attempts.resumption(after: .block(.seconds(10)), now: now) {
            #expect(next > now && next <= now + .milliseconds(250))
            (now, looks) = (next, looks + 1)
        }
        #expect(now == start + .seconds(10))
        #expect(40...120 ~= looks)
    }
}
