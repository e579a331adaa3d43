import CeleryProtocol
import Logging
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Sending again after a connection that died between the message and the answer: R12 and T32 of the design.
@Suite(.serialized) struct PublishRetryTests {
    private static func with(_ body: (TaskApp, ReplyCutter, RedisServer) async throws -> Void) async throws {
        try await RedisServer.with { server in
            // Otherwise the first reply to be cut would say that the script is unknown.
            _ = try await server.cli("SCRIPT", "LOAD", PublishScript.script.text)
            try await ReplyCutter.with(to: server.port) { cutter in
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let app = try TaskApp(broker: .redis("redis://127.0.0.1:\(cutter.port)/0"), logger: logger)
                try await app.run { app in try await body(app, cutter, server) }
            }
        }
    }

    @Test func `without a key it is unknown whether the message arrived, and it is not sent again`() async throws {
        try await Self.with { app, cutter, server in
            cutter.cut(after: "LPUSH")
            let error = try await #require(throws: TaskBrokerError.self) { try await app.sendTask("t") }
            #expect(error.code == .publishUncertain)
            #expect(error.message.contains("unique key"))
            #expect(cutter.pending == 0)
            #expect(try await server.cli("LLEN", "celery") == "1")
        }
    }

    @Test(arguments: [
        TaskOptions(unique: UniqueKey("order 7")), TaskOptions(publishRetry: .seconds(30)),
        TaskOptions(durability: .sent, publishRetry: .seconds(30)),
    ])
    func `with a key it is sent again, and arrives once`(options: TaskOptions) async throws {
        try await Self.with { app, cutter, server in
            for round in 1...3 {
                // Twice in a row: the second attempt may meet the same.
                for _ in 0..<2 { cutter.cut(after: "EVAL") }
                var options = options
                options.taskID = "id \(round)"
                options.unique = options.unique.map { UniqueKey($0.name + " \(round)", for: $0.duration) }
                try #expect(await app.sendTask("t", options: options).id == "id \(round)")
                #expect(cutter.pending == 0)
                try #expect(await server.cli("LLEN", "celery") == "\(round)")
            }
        }
    }

    @Test func `executed once by a worker, and not sent again by whoever comes second`() async throws {
        try await Self.with { app, cutter, server in
            let journal = TaskJournal()
            let task = app.task("pay") { () in journal.note("paid") }
            let worker = try Worker(app)
            async let running: Void = worker.run()
            // The worker settles with EVALSHA as well, so that the word is in the key.
            cutter.cut(after: "order 8")
            let first = try await task.apply(options: .init(unique: UniqueKey("order 8")))
            let second = try await task.apply(options: .init(unique: UniqueKey("order 8")))
            #expect(second.id == first.id)
            try await first.get(timeout: .seconds(120))
            worker.stop()
            try await running
            #expect(journal.names == ["paid"])
            #expect(try await server.cli("LLEN", "celery") == "0")
        }
    }

    @Test func `a key that is held too shortly to be sure is not tried again`() async throws {
        try await Self.with { app, cutter, server in
            cutter.cut(after: "EVAL")
            let options = TaskOptions(unique: UniqueKey("k", for: .milliseconds(20)))
            let error = try await #require(throws: TaskBrokerError.self) {
                try await app.sendTask("t", options: options)
            }
            #expect(error.code == .publishUncertain)
            #expect(try await server.cli("LLEN", "celery") == "1")
        }
    }
}
