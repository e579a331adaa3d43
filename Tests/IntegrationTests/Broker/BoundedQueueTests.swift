import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Queues that take no more than they may hold: R15 of the design.
@Suite(.serialized) struct BoundedQueueTests {
    private static func terms(
        _ maxLength: Int,
        _ onFull: Queue.OnFull = .reject,
        isWhole: Bool = false
    ) -> PublishTerms {
        PublishTerms(bounds: ["q": QueueBound(maxLength: maxLength, onFull: onFull)], isWhole: isWhole)
    }

    private static func full(_ maxLength: Int, _ length: Int) -> PublishReceipt {
        .refused(QueueFull(queue: "q", maxLength: maxLength, length: length))
    }

    /// T43: ten messages for each place, while some are taken.
    ///
    /// Delayed ones take places, too.
    @Test func `ten producers never put more into a queue than it may hold`() async throws {
        let bound = 1000
        try await BrokerFixture.with { fixture in
            try await fixture.withConsumer { consumer in
                try await fixture.push((0..<100).map { "delayed \($0)" })
                let due = try await consumer.now().adding(.seconds(3600))
                for message in try await consumer.claim(100) {
                    #expect(try await consumer.settle(message.end(.delay(until: due))))
                }
                let producers = (0..<10).map { number in
                    (0..<bound).map { Publication("\(number):\($0)", to: "q", priority: $0 % 10) }
                }
                var (taken, longest) = (0, 0)
                let sent = try await withThrowingTaskGroup(of: Int.self) { group in
                    for messages in producers {
                        group.addTask {
                            var sent = 0
                            for message in messages {
                                switch try await fixture.broker.publish([message], Self.terms(bound))[0] {
                                case .sent: sent += 1
                                case Self.full(bound, bound): break
                                case let receipt: Issue.record("\(receipt)")
                                }
                            }
                            return sent
                        }
                    }
                    for _ in 0..<40 {
                        let report = try await fixture.inspector.queue("q")
                        longest = max(longest, report.waiting + report.delayed)
                        let messages = try await consumer.claim(10)
                        taken += messages.count
                        _ = try await consumer.settle(messages.map { $0.end() }, claiming: 0)
                    }
                    return try await group.reduce(0, +)
                }
                let report = try await fixture.inspector.queue("q")
                #expect(longest <= bound && report.waiting + report.delayed <= bound)
                #expect(report.delayed == 100)
                #expect(report.waiting + taken == sent)
                #expect(sent < 10 * bound)
                #expect(report.maxLength == bound)
            }
        }
    }

    @Test func `a full queue takes some of many, all or none of a whole, and the others are not sent`() async throws {
        try await BrokerFixture.with { fixture in
            func messages(_ range: Range<Int>) -> [Publication] { range.map { Publication("m\($0)", to: "q") } }
            let mixed = [Publication("x", to: "free")] + messages(0..<7)
            let receipts = try await fixture.broker.publish(mixed, Self.terms(5))
            // Batches have at most five messages for it; when one is refused, nothing after it is sent.
            #expect(
                receipts == [Self.full(5, 5)] + Array(repeating: .sent, count: 5) + [Self.full(5, 5), Self.full(5, 5)]
            )
            #expect(try await fixture.state("free").waiting.isEmpty)
            #expect(try await fixture.state().waiting == ["m0", "m1", "m2", "m3", "m4"])

            let whole = try await fixture.broker.publish(messages(7..<9), Self.terms(6, isWhole: true))
            #expect(whole == [Self.full(6, 5), Self.full(6, 5)])
            // More than it ever holds: waiting would be in vain.
            let start = ContinuousClock.now
            let never = try await fixture.broker.publish(
                messages(0..<8),
                Self.terms(7, .block(.seconds(60)), isWhole: true)
            )
            #expect(never.allSatisfy { $0 == Self.full(7, 5) })
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(try await fixture.state().waiting.count == 5)
        }
    }

    @Test func `a duplicate needs no room, and a refused message takes no key`() async throws {
        try await BrokerFixture.with { fixture in
            func publication(_ id: String, key: String) -> Publication {
                Publication(id, to: "q", unique: Publication.UniqueClaim(key: UniqueKey(key), taskID: id))
            }
            let first = [publication("a", key: "1"), publication("b", key: "1")]
            try #expect(await fixture.broker.publish(first, Self.terms(1)) == [.sent, .duplicate(of: "a")])
            try #expect(
                await fixture.broker.publish([publication("c", key: "1")], Self.terms(1)) == [.duplicate(of: "a")]
            )
            try #expect(await fixture.broker.publish([publication("d", key: "2")], Self.terms(1)) == [Self.full(1, 1)])
            try #expect(await fixture.broker.publish([publication("e", key: "2")], Self.terms(2)) == [.sent])
            try #expect(await fixture.state().waiting == ["a", "e"])
        }
    }

    @Test func `blocked producers go on in time when there is room, and are refused when there is none`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["1", "2"])
            let start = ContinuousClock.now
            let late = try await fixture.broker.publish(
                [Publication("3", to: "q")],
                Self.terms(2, .block(.milliseconds(300)))
            )
            #expect(late == [Self.full(2, 2)])
            #expect(ContinuousClock.now - start >= .milliseconds(300))

            async let sent = fixture.broker.publish(
                (3..<9).map { Publication("\($0)", to: "q") },
                Self.terms(2, .block(.seconds(60)))
            )
            var texts: [String] = []
            try await fixture.withConsumer { consumer in
                try await eventually("all eight came through a queue of two", timeout: .seconds(120)) {
                    let messages = try await consumer.claim(8)
                    #expect(messages.count <= 2)
                    texts += messages.map(\.text)
                    for message in messages { #expect(try await consumer.settle(message.end())) }
                    return texts.count == 8
                }
            }
            #expect(try await sent.allSatisfy { $0 == .sent })
            #expect(texts == (1..<9).map(String.init))
        }
    }

    @Test func `waiting for room ends when the task is cancelled`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.push(["1"])
            let waiting = Task {
                try await fixture.broker.publish([Publication("2", to: "q")], Self.terms(1, .block(.seconds(600))))
            }
            waiting.cancel()
            let error = await #expect(throws: TaskBrokerError.self) { try await waiting.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func `an app is refused with what to do, its retries and next steps are not`() async throws {
        let queues = [Queue("celery", maxLength: 1)]
        try await WorkerStage.with(.init(queues: queues)) { stage in
            let journal = TaskJournal()
            let add = stage.app.task("add") { (x: Int, y: Int) in x + y }
            let again = stage.app.task("again", retry: .fixed(.zero, maxRetries: 1)) { (context: TaskContext) in
                journal.note("again")
                if context.retries == 0 { throw context.retry(after: .zero) }
                return 1
            }
            let first = try await again.delay()
            let error = try await #require(throws: TaskBrokerError.self) { try await add.delay(1, 1) }
            #expect(error.code == .queueFull)
            #expect(error.message.contains("'celery' holds 1 messages, of 1"))
            let chain = try await #require(throws: TaskBrokerError.self) {
                try await (add.s(1, 1) | add.partial(1)).delay()
            }
            #expect(chain.code == .queueFull)
            let many = [TaskCall("a", TaskArguments([])), TaskCall("b", TaskArguments([]))]
            let unsent = try await #require(throws: TaskBrokerError.self) { try await stage.app.send(many) }
            #expect((unsent.underlyingError as? QueueFull)?.unsent.count == 2)

            try await stage.withWorker { _ in
                try #expect(await first.get(timeout: .seconds(120)) == 1)
                #expect(journal.names == ["again", "again"])
                let flow = add.s(1, 1) | add.partial(2) | add.partial(3)
                // The queue is empty for a moment at least; a chain sends its first message only.
                try #expect(await flow.delay().get(timeout: .seconds(120)) == 7)
            }
        }
    }

    @Test func `a sender that knows only the name may adopt the bound`() async throws {
        try await BrokerFixture.with { fixture in
            _ = try await fixture.broker.publish([Publication("1", to: "q")], Self.terms(1))
            let adopting = PublishTerms(adoptsBounds: true)
            #expect(try await fixture.broker.publish([Publication("2", to: "q")], adopting) == [Self.full(1, 1)])
            #expect(try await fixture.broker.publish([Publication("2", to: "other")], adopting) == [.sent])
            // Whoever does not, is not asked.
            #expect(try await fixture.broker.publish([Publication("2", to: "q")]) == [.sent])
            #expect(try await fixture.inspector.queue("q").maxLength == 1)
            #expect(try await fixture.inspector.queue("other").maxLength == nil)
            let remaining = try await fixture.redis.send(["TTL", "{q}:tb:q:bound"]).integer ?? -1
            #expect(remaining > 0)
        }
    }

    @Test func `what lies under a wrong type sends nothing`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.redis.send(["SET", "{q}:tb:q:eta", "x"])
            let unique = Publication.UniqueClaim(key: UniqueKey("k"), taskID: "a")
            let error = await #expect(throws: TaskBrokerError.self) {
                try await fixture.broker.publish([Publication("a", to: "q", unique: unique)], Self.terms(1))
            }
            #expect(error?.code == .publishRefused)
            #expect(try await fixture.redis.send(["DBSIZE"]).integer == 1)
        }
    }
}
