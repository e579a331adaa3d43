import CeleryProtocol
import Logging
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// When sending counts as done: R12 of the design, with a replica that can be stopped.
@Suite(.serialized) struct DurabilityTests {
    /// Runs `body` with a primary and a replica that follows it.
    private static func withReplica(
        _ body: (BrokerFixture, _ replica: RedisServer) async throws -> Void
    ) async throws {
        // By default a primary waits five seconds for more replicas before it begins to copy.
        let primary = RedisServerOptions(arguments: ["--repl-diskless-sync-delay", "0"])
        try await BrokerFixture.with(primary) { fixture in
            let options = RedisServerOptions(arguments: ["--replicaof", "127.0.0.1", "\(fixture.server.port)"])
            try await RedisServer.with(options) { replica in
                try await eventually("the replica follows", timeout: .seconds(120)) {
                    try await replica.cli("INFO", "replication").contains("master_link_status:up")
                }
                try await body(fixture, replica)
            }
        }
    }

    private static func publication(_ text: String, _ durability: PublishDurability) -> Publication {
        Publication(destination: .queue("q"), payload: Array(text.utf8), durability: durability)
    }

    @Test func `a replicated message is on the replica when sending returns`() async throws {
        try await Self.withReplica { fixture, replica in
            for number in 1...20 {
                let receipts = try await fixture.broker.publish([
                    Self.publication("m\(number)", .replicated(1, timeout: .seconds(30)))
                ])
                #expect(receipts == [.sent])
                #expect(try await replica.cli("LLEN", "q") == "\(number)")
            }
        }
    }

    @Test func `too few replicas are told, with their number, and the message is there once`() async throws {
        try await Self.withReplica { fixture, replica in
            let two = try await fixture.broker.publish([
                // Long enough for the one that is there to answer on a busy machine; all of it is waited for.
                Self.publication("a", .replicated(2, timeout: .seconds(4)))
            ])
            #expect(two == [.uncertain(PublishUncertainty(replicas: 1, wanted: 2))])

            replica.pause()
            let unique = Publication.UniqueClaim(key: UniqueKey("b"), taskID: "b", retryWindow: .seconds(5))
            let stopped = try await fixture.broker.publish([
                Self.publication("plain", .acknowledged), Self.publication("weak", .sent),
                Publication(
                    destination: .queue("q"),
                    payload: Array("b".utf8),
                    unique: unique,
                    durability: .replicated(1, timeout: .milliseconds(50))
                ),
            ])
            #expect(stopped.allSatisfy { $0 == .uncertain(PublishUncertainty(replicas: 0, wanted: 1)) })
            replica.resume()
            // Never sent again by itself, although it has a key: the message is in Redis.
            #expect(try await fixture.state().waiting.sorted() == ["a", "b", "plain", "weak"])
            let after = try await fixture.broker.publish([Self.publication("c", .replicated(1, timeout: .seconds(30)))])
            #expect(after == [.sent])
        }
    }

    @Test func `while many wait for a stopped replica, nobody waits for all of them, and others do not wait`()
        async throws
    {
        try await Self.withReplica { fixture, replica in
            replica.pause()
            let timeout = Duration.milliseconds(700)
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: [PublishReceipt].self) { group in
                for number in 0..<40 {
                    group.addTask {
                        try await fixture.broker.publish([
                            Self.publication("m\(number)", .replicated(1, timeout: timeout))
                        ])
                    }
                }
                let first = try await fixture.broker.publish([Self.publication("other", .acknowledged)])
                #expect(first == [.sent])
                // What goes to Redis by the shared connection is there long before the first of them has waited to the end.
                #expect(ContinuousClock.now - start < timeout)
                for try await receipts in group {
                    #expect(receipts == [.uncertain(PublishUncertainty(replicas: 0, wanted: 1))])
                }
            }
            // Two groups; forty turns would be 28 seconds.
            #expect(ContinuousClock.now - start < timeout * 10)
            #expect(Set(try await fixture.state().waiting) == Set((0..<40).map { "m\($0)" } + ["other"]))
        }
    }

    @Test func `a message that had arrived before the connection broke is not on a replica for that reason`()
        async throws
    {
        try await Self.withReplica { fixture, replica in
            _ = try await fixture.server.cli("SCRIPT", "LOAD", PublishScript.script.text)
            try await ReplyCutter.with(to: fixture.server.port) { cutter in
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let app = try TaskApp(broker: .redis("redis://127.0.0.1:\(cutter.port)/0"), logger: logger)
                try await app.run { app in
                    func send(within timeout: Duration) async throws {
                        cutter.cut(after: "EVAL")
                        let durability = PublishDurability.replicated(1, timeout: timeout)
                        let options = TaskOptions(durability: durability, publishRetry: .seconds(60))
                        try await app.sendTask("t", options: options)
                    }
                    try await send(within: .seconds(30))
                    #expect(try await replica.cli("LLEN", "celery") == "1")
                    replica.pause()
                    let error = await #expect(throws: TaskBrokerError.self) {
                        try await send(within: .milliseconds(50))
                    }
                    #expect((error?.underlyingError as? PublishUncertainty)?.replicas == 0)
                    replica.resume()
                    #expect(cutter.pending == 0)
                    #expect(try await fixture.server.cli("LLEN", "celery") == "2")
                }
            }
        }
    }

    @Test func `a message that was only sent arrives, and its refusal goes unnoticed`() async throws {
        try await BrokerFixture.with { fixture in
            let texts = (0..<2000).map { "m\($0)" }
            for batch in stride(from: 0, to: texts.count, by: 10) {
                let publications = texts[batch..<(batch + 10)].map { Self.publication($0, .sent) }
                #expect(try await fixture.broker.publish(publications).allSatisfy { $0 == .sent })
            }
            try await eventually("arrived", timeout: .seconds(120)) {
                try await fixture.state().waiting.count == texts.count
            }
            #expect(try await fixture.state().waiting == texts)

            try await fixture.redis.send(["CONFIG", "SET", "maxmemory", "1"])
            #expect(try await fixture.broker.publish([Self.publication("refused", .sent)]) == [.sent])
            await #expect(throws: TaskBrokerError.self) {
                try await fixture.broker.publish([Self.publication("refused", .acknowledged)])
            }
            #expect(try await fixture.state().waiting.count == texts.count)
        }
    }

    @Test func `an app sends as its defaults, the task and the call say`() async throws {
        try await WorkerStage.with(.init(taskDefaults: .init(durability: .replicated(1, timeout: .milliseconds(20))))) {
            stage in
            let task = stage.app.task("t", options: .init(durability: .acknowledged)) { () in }
            try await task.delay()
            let error = try await #require(throws: TaskBrokerError.self) { try await stage.app.sendTask("other") }
            #expect(error.code == .publishUncertain)
            #expect(error.underlyingError as? PublishUncertainty == PublishUncertainty(replicas: 0, wanted: 1))
            let again = try await #require(throws: TaskBrokerError.self) {
                try await group(task.s(), task.s()).apply(
                    options: .init(durability: .replicated(3, timeout: .milliseconds(20)))
                )
            }
            #expect(again.underlyingError as? PublishUncertainty == PublishUncertainty(replicas: 0, wanted: 3))
            #expect(try await stage.server.cli("LLEN", "celery") == "4")
            let bad = try await #require(throws: TaskBrokerError.self) {
                try await stage.app.sendTask("x", options: .init(durability: .replicated(0)))
            }
            #expect(bad.code == .invalidConfiguration)
        }
    }

    @Test func `a user who may not WAIT is told why nobody knows`() async throws {
        let options = RedisServerOptions(users: ["default on nopass ~* &* +@all -wait"])
        try await BrokerFixture.with(options) { fixture in
            let receipts = try await fixture.broker.publish([Self.publication("a", .replicated(1))])
            guard case .uncertain(let uncertainty)? = receipts.first else {
                Issue.record("\(receipts)")
                return
            }
            #expect(uncertainty.replicas == 0)
            #expect(uncertainty.reason?.contains("NOPERM") == true)
            #expect(try await fixture.state().waiting == ["a"])
        }
    }
}
