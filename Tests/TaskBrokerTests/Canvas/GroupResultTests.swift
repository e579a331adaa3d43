import CeleryProtocol
import TaskBrokerTesting
import Testing

@testable import TaskBroker

/// Handles of groups: counting, waiting, saving.
@Suite(.timeLimit(.minutes(4)))
struct GroupResultTests {
    private let tasks = CanvasTasks(.inMemory())

    @Test func `A group counts its members`() async throws {
        let sent = try await group([self.tasks.echo.s(1), self.tasks.fail.s(2), self.tasks.echo.s(3)]).delay()
        let result = try #require(sent.group)
        try #expect(await result.progress.ended == 0)
        try #expect(await !result.ready)
        let early = try await result.wait(timeout: .zero)
        #expect(early.total == 3 && !early.isReady)

        try await withWorker(self.tasks.app) {
            let told = Journal<GroupProgress>()
            let progress = try await result.wait(timeout: .seconds(120)) { told.note($0) }
            #expect(progress.isReady && progress.succeeded == 2 && progress.failed == 1)
            #expect(told.entries.last == progress)
            #expect(told.entries.map(\.ended) == told.entries.map(\.ended).sorted())
        }
        try #expect(await result.completedCount == 2)
        try #expect(await result.ready)
        try #expect(await result.failed)
        try #expect(await !result.successful)
        await #expect(throws: TaskFailure.self) { try await result.get() }
        #expect(result.results.count == 3)
        try #expect(await result.results[2].get() == 3)
    }

    @Test func `The handle of a group ends as its members do`() async throws {
        let sent = try await group([self.tasks.echo.s(1), self.tasks.echo.s(2)]).delay()
        try #expect(await sent.state == .pending)
        try #expect(await sent.info == nil)
        try await withWorker(self.tasks.app) {
            var states: [TaskState] = []
            for try await info in sent.progress { states.append(info.state) }
            #expect(states == [.success])
        }
        try #expect(await sent.info?.value == [1, 2])
        try #expect(await sent.children.map(\.id) == sent.group?.results.map(\.id))
        try await sent.forget()
        try #expect(await sent.state == .pending)
    }

    @Test func `A saved group is found again until it is deleted`() async throws {
        let sent = try #require(try await group([self.tasks.echo.s(1), self.tasks.echo.s(2)]).delay().group)
        let app = self.tasks.app
        let missing = try await #require(throws: TaskBrokerError.self) { try await app.groupResult(for: sent.id) }
        #expect(missing.code == .notFound)
        try await sent.save()
        try await withWorker(app) {
            try #expect(await app.groupResult(for: sent.id).get() == [1, 2])
            try #expect(await app.groupResult(for: sent.id, as: Int.self).get() == [1, 2])
        }
        try await sent.delete()
        await #expect(throws: TaskBrokerError.self) { try await app.groupResult(for: sent.id) }
        try #expect(await sent.completedCount == 2)
        try await sent.forget()
        try #expect(await sent.completedCount == 0)
    }

    @Test func `An empty group is done, and needs nobody`() async throws {
        let result = try await group([Signature<Void, Int>]()).delay()
        try #expect(await result.get() == [])
        try #expect(await result.ready)
        let members = try #require(result.group)
        try #expect(await members.successful)
        try await members.save()
        try await members.forget()
    }

    @Test func `A revoked group fails, member by member`() async throws {
        let sent = try await group([self.tasks.echo.s(1), self.tasks.echo.s(2)]).delay()
        let members = try #require(sent.group)
        try await members.revoke()
        try await withWorker(self.tasks.app) {
            let progress = try await members.wait(timeout: .seconds(120))
            #expect(progress.failed == 2)
            let failure = try await #require(throws: TaskFailure.self) { try await sent.get() }
            #expect(failure.isRevoked)
        }
    }

    @Test func `Two thousand members are waited for in one go`() async throws {
        let echo = self.tasks.echo
        try await withWorker(self.tasks.app, configuration: .init(concurrency: 64, prefetch: 64)) {
            let numbers = Array(0..<2_000)
            try #expect(await group(numbers.map { echo.s($0) }).delay().get() == numbers)
            let total = try await chord(numbers.map { echo.s($0) }, self.tasks.total.partial()).delay().get()
            #expect(total == 1_999_000)
        }
    }
}
