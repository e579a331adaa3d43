import CeleryProtocol
import Testing

@testable import TaskBroker

@Suite(.timeLimit(.minutes(4)))
struct TimeLimitsTests {
    private struct Own: Error {}

    struct Case: Sendable {
        var soft: Double?
        var hard: Double?
        var options = TaskOptions()
        var expected: TimeLimits
    }

    @Test(arguments: [
        Case(expected: TimeLimits()),
        Case(soft: 1, expected: TimeLimits(soft: .seconds(1))),
        Case(soft: 1, hard: 2, expected: TimeLimits(soft: .seconds(1), hard: .seconds(2))),
        Case(
            options: TaskOptions(timeLimit: .seconds(9), softTimeLimit: .seconds(5)),
            expected: TimeLimits(soft: .seconds(5), hard: .seconds(9))
        ),
        Case(
            soft: 7,
            options: TaskOptions(timeLimit: .seconds(6), softTimeLimit: .seconds(5)),
            expected: TimeLimits(soft: .seconds(7), hard: .seconds(6))
        ),
        Case(hard: .nan, expected: TimeLimits(hard: .zero)),
        Case(hard: .infinity, expected: TimeLimits(hard: .seconds(3_155_760_000))),
    ])
    func `the message's limits count before the task's`(_ test: Case) {
        let headers = TaskHeaders(task: "t", id: "1", timeLimit: test.hard, softTimeLimit: test.soft)
        #expect(TimeLimits(headers).inheriting(from: TimeLimits(test.options)) == test.expected)
    }

    @Test(arguments: [
        (TimeLimits(soft: .seconds(1)), 5, TimeLimitExceeded(duration: .seconds(1), isSoft: true)),
        (TimeLimits(hard: .seconds(1)), 5, TimeLimitExceeded(duration: .seconds(1), isSoft: false)),
        (TimeLimits(soft: .seconds(1), hard: .seconds(3)), 2, TimeLimitExceeded(duration: .seconds(1), isSoft: true)),
        (TimeLimits(soft: .seconds(1), hard: .seconds(3)), 3, TimeLimitExceeded(duration: .seconds(3), isSoft: false)),
        (TimeLimits(soft: .seconds(2), hard: .seconds(2)), 2, TimeLimitExceeded(duration: .seconds(2), isSoft: false)),
        (TimeLimits(soft: .seconds(3), hard: .seconds(2)), 2, TimeLimitExceeded(duration: .seconds(2), isSoft: false)),
    ])
    func `The limit that a task has exceeded last is the one that is stored`(
        limits: TimeLimits,
        elapsed: Int,
        expected: TimeLimitExceeded
    ) {
        #expect(limits.excess(after: .seconds(elapsed)) == expected)
    }

    @Test func `A task that is fast enough is left alone`() async throws {
        let value = try await TimeLimits(hard: .seconds(60)).enforce { "value" }
        #expect(value == "value")
        await #expect(throws: TaskIgnore.self) {
            try await TimeLimits(soft: .seconds(60)).enforce { throw TaskIgnore() }
        }
    }

    @Test func `A value that is returned in spite of a soft limit counts, of a hard one not`() async throws {
        let stubborn: @Sendable () async throws -> JSONValue = {
            await Event().wait()
            return Task.isCancelled ? "partial" : "whole"
        }
        let soft = TimeLimits(soft: .zero)
        #expect(try await soft.enforce(stubborn) == "partial")
        let hard = TimeLimits(hard: .zero)
        await #expect(throws: TimeLimitExceeded.self) { try await hard.enforce(stubborn) }
    }

    @Test func `A value that comes after the hard limit counts for nothing, also if the soft one was first`()
        async throws
    {
        let limits = TimeLimits(soft: .zero, hard: .milliseconds(20))
        let error = try await #require(throws: TimeLimitExceeded.self) {
            try await limits.enforce {
                let end = ContinuousClock.now + .milliseconds(40)
                while ContinuousClock.now < end { await Task.yield() }
                return "too late"
            }
        }
        #expect(!error.isSoft)
    }

    @Test(
        arguments: [TaskRetry(delay: .zero, maxRetries: nil, cause: nil), TaskReject("no"), TaskIgnore(), Own()]
            as [any Error]
    )
    func `What a task decides after the soft limit counts, after the hard one not`(decision: any Error) async throws {
        let decide: @Sendable () async throws -> JSONValue = {
            await Event().wait()
            throw decision
        }
        let soft = try await #require(throws: (any Error).self) { try await TimeLimits(soft: .zero).enforce(decide) }
        #expect(type(of: soft) == type(of: decision))
        await #expect(throws: TimeLimitExceeded.self) { try await TimeLimits(hard: .zero).enforce(decide) }
    }

    @Test(arguments: [CancellationError(), TaskBrokerError(.cancelled, "")] as [any Error])
    func `An error that only says that the task was cancelled is the limit's doing`(cause: any Error) async throws {
        let limit = TimeLimits(soft: .zero)
        let error = try await #require(throws: TimeLimitExceeded.self) {
            try await limit.enforce {
                await Event().wait()
                throw cause
            }
        }
        #expect(
            error.exception
                == ExceptionDocument(type: "SoftTimeLimitExceeded", message: [], module: "billiard.exceptions")
        )
    }

    @Test(arguments: [(Duration.seconds(5), JSONValue.integer(5)), (.milliseconds(1500), .double(1.5))])
    func `The hard limit is stored as Celery's pool does`(duration: Duration, seconds: JSONValue) {
        let exception = TimeLimitExceeded(duration: duration, isSoft: false).exception
        #expect(exception.type == "TimeLimitExceeded")
        #expect(exception.message == [seconds])
    }

    @Test func `A task that is cancelled from outside and returns a value keeps it`() async throws {
        let begun = Event()
        try await withThrowingTaskGroup(of: JSONValue.self) { group in
            group.addTask {
                try await TimeLimits(hard: .seconds(60)).enforce {
                    begun.happen()
                    await Event().wait()
                    // Time for the limit's own child to end first, which is the case that matters.
                    for _ in 0..<1_000 { await Task.yield() }
                    return "done all the same"
                }
            }
            await begun.wait()
            group.cancelAll()
            try #expect(await group.next() == "done all the same")
        }
    }
}
