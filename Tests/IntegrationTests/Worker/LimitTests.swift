import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// Limits of tasks in a worker that runs.
@Suite(.serialized, .timeLimit(.minutes(4))) struct LimitTests {
    @Test func `a rate limit spreads starts and blocks nobody else`() async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            let limited = stage.app.task("limited", options: .init(rateLimit: .perSecond(5))) { (_: Int) in
                journal.note("limited")
            }
            let free = stage.app.task("free") { (_: Int) in journal.note("free") }
            try await limited.apply(contentsOf: 0..<200)
            let others = try await free.apply(contentsOf: 0..<20)
            try await stage.withWorker(concurrency: 16) { _ in
                let start = ContinuousClock.now
                // All the others stand behind two hundred limited messages, which take forty seconds.
                for result in others { _ = try await result.get() }
                try await eventually("some of the limited tasks have started") {
                    journal.times(of: "limited").count >= 12
                }
                let count = journal.times(of: "limited").count
                let elapsed = start.duration(to: .now).inSeconds
                #expect(Double(count) <= 5 * (elapsed + 0.25) + 1)
            }
            #expect(journal.times(of: "limited").count < 200)
        }
    }

    @Test func `a rate limit that is changed is felt by what comes then`() async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            let task = stage.app.task("t") { (name: String) in journal.note(name) }
            try await stage.withWorker(concurrency: 4) { worker in
                #expect(!worker.setRateLimit(.perSecond(1), ofTask: "unknown"))
                let limit = try RateLimit(parsing: "2/s")
                #expect(worker.setRateLimit(limit, ofTask: "t"))
                let start = ContinuousClock.now
                let slow = try await task.apply(contentsOf: Array(repeating: "slow", count: 6))
                for result in slow { _ = try await result.get() }
                #expect(start.duration(to: .now) >= .seconds(2.25))
                worker.setRateLimit(.unlimited, ofTask: "t")
                let fast = try await task.apply(contentsOf: Array(repeating: "fast", count: 50))
                for result in fast { _ = try await result.get() }
            }
            #expect(journal.names.count == 56)
        }
    }

    @Test func `the app's limit counts for tasks that have none`() async throws {
        try await WorkerStage.with(.init(taskDefaults: .init(rateLimit: .perMinute(1)))) { stage in
            let journal = TaskJournal()
            let task = stage.app.task("t") { (name: String) in journal.note(name) }
            let free = stage.app.task("free", options: .init(rateLimit: .unlimited)) { (name: String) in
                journal.note(name)
            }
            try await task.apply(contentsOf: Array(repeating: "limited", count: 5))
            let others = try await free.apply(contentsOf: Array(repeating: "free", count: 5))
            try await stage.withWorker { _ in
                for result in others { _ = try await result.get() }
            }
            #expect(journal.names.sorted() == ["free", "free", "free", "free", "free", "limited"])
            // What was put aside is delayed, and nothing is counted.
            #expect(try await stage.server.cli("ZCARD", RedisKeys.companion(.eta, of: "celery")) == "4")
            #expect(try await stage.server.cli("EXISTS", RedisKeys.companion(.dlv, of: "celery")) == "0")
        }
    }

    @Test func `time limits that are changed count for the next task, the message's and the task's no more`()
        async throws
    {
        try await WorkerStage.with { stage in
            let task = stage.app.task("t", options: .init(timeLimit: .seconds(60))) { (milliseconds: Int) in
                try await Task.sleep(for: .milliseconds(milliseconds))
            }
            try await stage.withWorker { worker in
                #expect(!worker.setTimeLimits(hard: nil, soft: nil, ofTask: "unknown"))
                #expect(worker.setTimeLimits(hard: .milliseconds(100), soft: nil, ofTask: "t"))
                let stopped = try await task.delay(30_000)
                let failure = try await #require(throws: TaskFailure.self) { try await stopped.get() }
                #expect(failure.type == "TimeLimitExceeded")
                worker.setTimeLimits(hard: nil, soft: .milliseconds(100), ofTask: "t")
                let soft = try await task.delay(30_000)
                let softFailure = try await #require(throws: TaskFailure.self) { try await soft.get() }
                #expect(softFailure.type == "SoftTimeLimitExceeded")
                worker.setTimeLimits(hard: nil, soft: nil, ofTask: "t")
                let limited = try await task.apply(300, options: .init(timeLimit: .milliseconds(50)))
                try await limited.get()
            }
        }
    }
}
