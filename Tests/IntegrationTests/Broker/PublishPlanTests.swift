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

    /// The name and first argument of each command, with the number of the others.
    private static func outline(_ publications: [RedisPublication]) -> [String] {
        RedisPublication.commands(for: publications).map { command in
            let target = String(decoding: command.arguments[1] ?? [], as: UTF8.self)
            return "\(command.name) \(target) \(command.arguments.count - 2)"
        }
    }

    @Test func `messages for one list share commands up to a number and a size`() {
        #expect(Self.outline([]) == [])
        #expect(
            Self.outline((0..<1200).map { _ in Self.publication("x") }) == [
                "LPUSH x 512", "LPUSH x 512", "LPUSH x 176",
            ]
        )
        let large = (0..<5).map { _ in Self.publication("x", bytes: 600 << 10) }
        #expect(Self.outline(large) == ["LPUSH x 2", "LPUSH x 2", "LPUSH x 1"])
        let turns = (0..<1100).map { Self.publication($0 % 2 == 0 ? "a" : "b") }
        #expect(Self.outline(turns) == ["LPUSH a 512", "LPUSH b 512", "LPUSH a 38", "LPUSH b 38"])
        // To Swift these are one word, to Redis two keys.
        let twins = ["caf\u{E9}", "cafe\u{301}"].map { Self.publication($0) }
        #expect(RedisPublication.commands(for: twins).map { $0.arguments[1]?.count } == [5, 6])
        let everywhere = RedisPublication(
            targets: [.list("a"), .channel("c"), .list("b")],
            payload: [120],
            unique: nil
        )
        let nowhere = RedisPublication(targets: [], payload: [120], unique: nil)
        #expect(
            Self.outline([Self.publication("a"), nowhere, everywhere, everywhere])
                == ["LPUSH a 3", "PUBLISH c 1", "PUBLISH c 1", "LPUSH b 2"]
        )
    }

    @Test func `messages for one list keep their order`() throws {
        let publications = (0..<6).map { number in
            RedisPublication(targets: [.list(number == 3 ? "b" : "a")], payload: [UInt8(number)], unique: nil)
        }
        let commands = RedisPublication.commands(for: publications)
        #expect((2..<7).map { commands.first?.arguments[$0]?.first } == [0, 1, 2, 4, 5])
        #expect(commands.count == 2)
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
