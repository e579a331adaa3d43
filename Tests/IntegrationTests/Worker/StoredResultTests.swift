import CeleryProtocol
import Logging
import TestSupport
import Testing

@testable import TaskBroker

/// However a task ends, its end is stored and its message is gone: T28 of the design.
@Suite(.serialized) struct StoredResultTests {
    private struct Unwritable: Codable, Sendable {
        func encode(to encoder: any Encoder) throws {
            throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "it has no words"))
        }
    }

    @Test func `values that cannot be stored are failures, and NaN is a value`() async throws {
        try await WorkerStage.with { stage in
            let unwritable = stage.app.task("unwritable") { () in Unwritable() }
            let large = stage.app.task("large") { () in String(repeating: "x", count: 10 << 20) }
            let nan = stage.app.task("nan") { () in [Double.nan, -.infinity] }
            try await stage.withWorker { _ in
                for (result, words) in [
                    (try await unwritable.delay().id, "it has no words"),
                    (try await large.delay().id, "10485762 bytes"),
                ] {
                    let info = try #require(try await stage.app.result(for: result).wait(timeout: .seconds(120)))
                    #expect(info.state == .failure)
                    let stored = try await stage.server.cli("GET", "celery-task-meta-\(result)")
                    #expect(stored.hasPrefix(#"{"status": "FAILURE""#) && stored.contains("EncodeError"))
                    #expect(stored.contains(words))
                }
                let values = try await nan.delay().get(timeout: .seconds(120))
                #expect(values[0].isNaN && values[1] == -.infinity)
                try await eventually("nothing is left of the messages", timeout: .seconds(120)) {
                    let report = try await stage.app.inspector.queue("celery")
                    return report.waiting + report.inFlight + report.delayed + report.dead == 0
                }
            }
        }
    }

    @Test func `a result that the backend refuses for a while is stored afterwards`() async throws {
        try await RedisServer.with(RedisServerOptions(isPersistent: true)) { results in
            try await RedisServer.with { server in
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let app = try TaskApp(broker: .redis(server.url), backend: .redis(results.url), logger: logger)
                try await app.run { app in
                    let journal = TaskJournal()
                    let task = app.task("t") { (x: Int) in
                        journal.note("run")
                        return x
                    }
                    let worker = try Worker(app)
                    async let running: Void = worker.run()
                    #expect(try await task.delay(1).get(timeout: .seconds(120)) == 1)
                    try await results.crash()
                    let late = try await task.delay(2)
                    try await eventually("it has run", timeout: .seconds(120)) { journal.names.count == 2 }
                    // Longer than one command may take: what was sent while the backend was away has failed by then.
                    try await Task.sleep(for: .seconds(7))
                    try await results.restart()
                    #expect(try await late.get(timeout: .seconds(120)) == 2)
                    #expect(journal.names.count == 2)
                    worker.stop()
                    try await running
                }
            }
        }
    }
}
