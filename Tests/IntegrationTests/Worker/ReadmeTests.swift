import TaskBroker
import TestSupport
import Testing

/// The parts of the README that need a Redis; the others are in `TaskBrokerTests`.
@Suite(.serialized, .timeLimit(.minutes(4))) struct ReadmeTests {
    @Test func `Revoking, commanding, watching`() async throws {
        try await WorkerStage.with { stage in
            let app = stage.app
            let add = app.task("tasks.add") { (x: Int, y: Int) in x + y }
            app.task("mail.send", options: .init(timeLimit: .seconds(30), rateLimit: .perMinute(100))) { (_: String) in
            }
            try await stage.withWorker(name: "w@test") { _ in
                let result = try await add.apply(1, 1, options: .init(countdown: .seconds(60)))
                try await result.revoke(terminate: true)
                try #expect(await result.wait(timeout: .seconds(120))?.state == .revoked)
                try await app.revoke(stampedHeaders: ["customer": [7]])
                let stamped = try await add.s(1, 1).stamp(["customer": 7]).delay()
                try #expect(await stamped.wait(timeout: .seconds(120))?.state == .revoked)

                let inspector = try app.inspector
                try await eventually("the worker listens") { try await inspector.ping().keys.contains("w@test") }
                let active = try await inspector.ask("active", timeout: .seconds(20), limit: 1)
                #expect(active.map(\.node) == ["w@test"])
                let limited = try await inspector.ask(
                    "rate_limit",
                    arguments: ["task_name": "mail.send", "rate_limit": "10/m"],
                    timeout: .seconds(20),
                    limit: 1
                )
                #expect(limited.first?.answer == ["ok": "new rate limit set successfully"])

                try await inspector.broadcast("enable_events")
                let name = try await inspector.withEvents(["task-*"]) { events in
                    // Whether the worker has heard of the events yet, only another task can tell.
                    await withThrowingTaskGroup(of: Void.self) { group in
                        defer { group.cancelAll() }
                        group.addTask {
                            while !Task.isCancelled {
                                try await add.delay(2, 2)
                                try await Task.sleep(for: .milliseconds(100))
                            }
                        }
                        for await event in events { return event.type.rawValue }
                        return ""
                    }
                }
                #expect(name.hasPrefix("task-"))
            }
        }
    }
}
