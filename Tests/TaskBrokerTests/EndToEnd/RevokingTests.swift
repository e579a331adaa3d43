import CeleryProtocol
import TaskBroker
import TaskBrokerTesting
import Testing

/// Revocation of tasks in memory, and what a task makes of being stopped.
@Suite(.timeLimit(.minutes(4)))
struct RevokingTests {
    /// How a task ends that is stopped while it runs.
    private func outcome(
        _ ending: @escaping @Sendable (TaskContext) throws -> String
    ) async throws -> TaskInfo? {
        let app = TaskApp.inMemory()
        let begun = Event()
        let task = app.task("t") { (context: TaskContext) in
            begun.happen()
            await Event().wait()
            return try ending(context)
        }
        var info: TaskInfo?
        try await withWorker(app, configuration: .init(concurrency: 1)) {
            let result = try await task.delay()
            await begun.wait()
            try await result.revoke(terminate: true)
            info = try await result.wait(timeout: .seconds(120))
        }
        #expect(app.deadLetters.isEmpty && app.delayed.isEmpty)
        return info
    }

    @Test func `A task that is stopped and gives up is REVOKED`() async throws {
        let info = try await self.outcome { _ in throw CancellationError() }
        #expect(info?.state == .revoked)
        #expect(info?.value["exc_message"] == ["terminated"])
    }

    @Test func `A task that is stopped and wants to be retried is not`() async throws {
        let info = try await self.outcome { throw $0.retry(after: .seconds(1)) }
        #expect(info?.state == .revoked)
    }

    @Test func `A task that is stopped and returns a value keeps it`() async throws {
        let info = try await self.outcome { _ in "finished all the same" }
        #expect(info?.state == .success)
        #expect(info?.value == "finished all the same")
    }

    @Test func `A task that is revoked before it starts never does`() async throws {
        let app = TaskApp.inMemory()
        let task = app.task("t") { (name: String) in name }
        let revoked = try await task.delay("revoked")
        try await app.revoke([revoked.id])
        try await withWorker(app) {
            let other = try await task.delay("other")
            try #expect(await other.get() == "other")
            try #expect(await revoked.wait(timeout: .seconds(120))?.state == .revoked)
        }
    }

    @Test func `A limited task waits for its turn, in the time of the app`() async throws {
        let app = TaskApp.inMemory()
        let start = app.virtualTime
        let task = app.task("t", options: .init(rateLimit: .perMinute(2))) { (x: Int) in x }
        let free = app.task("free") { (x: Int) in x }
        try await withWorker(app, configuration: .init(concurrency: 1)) {
            let results = try await task.apply(contentsOf: 0..<4)
            let other = try await free.delay(7)
            try #expect(await other.get() == 7)
            for (index, result) in results.enumerated() { try #expect(await result.get() == index) }
        }
        #expect(app.virtualTime.duration(since: start) >= .seconds(90))
    }
}
