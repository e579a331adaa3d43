import CeleryProtocol
import Testing

@testable import TaskBroker

@Suite(.timeLimit(.minutes(1)))
struct TimeLimitTests {
    struct Case: Sendable {
        var soft: Double?
        var hard: Double?
        var options = TaskOptions()
        var expected: TimeLimit?
    }

    @Test(arguments: [
        Case(expected: nil),
        Case(soft: 1, expected: TimeLimit(duration: .seconds(1), isSoft: true)),
        Case(hard: 1, expected: TimeLimit(duration: .seconds(1), isSoft: false)),
        Case(soft: 1, hard: 2, expected: TimeLimit(duration: .seconds(1), isSoft: true)),
        Case(soft: 2, hard: 2, expected: TimeLimit(duration: .seconds(2), isSoft: false)),
        Case(soft: 3, hard: 2, expected: TimeLimit(duration: .seconds(2), isSoft: false)),
        Case(
            options: TaskOptions(timeLimit: .seconds(9), softTimeLimit: .seconds(5)),
            expected: TimeLimit(duration: .seconds(5), isSoft: true)
        ),
        Case(
            soft: 7,
            options: TaskOptions(timeLimit: .seconds(6), softTimeLimit: .seconds(5)),
            expected: TimeLimit(duration: .seconds(6), isSoft: false)
        ),
        Case(hard: .nan, expected: TimeLimit(duration: .zero, isSoft: false)),
        Case(hard: .infinity, expected: TimeLimit(duration: .seconds(3_155_760_000), isSoft: false)),
    ])
    func `the first limit counts, the message's before the task's`(_ test: Case) {
        let headers = TaskHeaders(task: "t", id: "1", timeLimit: test.hard, softTimeLimit: test.soft)
        #expect(TimeLimit(headers, test.options) == test.expected)
    }

    @Test func `A task that is fast enough is left alone`() async throws {
        let value = try await TimeLimit(duration: .seconds(60), isSoft: false).enforce { "value" }
        #expect(value == "value")
        await #expect(throws: TaskIgnore.self) {
            try await TimeLimit(duration: .seconds(60), isSoft: true).enforce { throw TaskIgnore() }
        }
    }

    @Test func `A value that is returned in spite of a soft limit counts, of a hard one not`() async throws {
        let stubborn: @Sendable () async throws -> JSONValue = {
            await Event().wait()
            return Task.isCancelled ? "partial" : "whole"
        }
        let soft = TimeLimit(duration: .zero, isSoft: true)
        #expect(try await soft.enforce(stubborn) == "partial")
        let hard = TimeLimit(duration: .zero, isSoft: false)
        await #expect(throws: TimeLimitExceeded.self) { try await hard.enforce(stubborn) }
    }

    @Test func `An error after the limit is the limit's doing`() async throws {
        let limit = TimeLimit(duration: .zero, isSoft: true)
        let error = try await #require(throws: TimeLimitExceeded.self) {
            try await limit.enforce {
                await Event().wait()
                throw TaskIgnore()
            }
        }
        #expect(
            error.exception
                == ExceptionDocument(type: "SoftTimeLimitExceeded", message: [], module: "billiard.exceptions")
        )
    }

    @Test(arguments: [(Duration.seconds(5), JSONValue.integer(5)), (.milliseconds(1500), .double(1.5))])
    func `The hard limit is stored as Celery's pool does`(duration: Duration, seconds: JSONValue) {
        let exception = TimeLimitExceeded(limit: TimeLimit(duration: duration, isSoft: false)).exception
        #expect(exception.type == "TimeLimitExceeded")
        #expect(exception.message == [seconds])
    }

    @Test func `A task that is cancelled from outside and returns a value keeps it`() async throws {
        let begun = Event()
        try await withThrowingTaskGroup(of: JSONValue.self) { group in
            group.addTask {
                try await TimeLimit(duration: .seconds(60), isSoft: false).enforce {
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
