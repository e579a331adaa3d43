import CeleryProtocol
import TaskBroker
import TaskBrokerTesting
import Testing

/// Tasks as they run in a worker, and what becomes of them.
@Suite(.timeLimit(.minutes(4)))
struct RunningTests {
    private struct Broken: Error {}

    @Test func `A context knows its task, its message and its family`() async throws {
        let app = TaskApp.inMemory()
        let child = app.task("child") { (context: TaskContext) in [context.parentID, context.rootID] }
        let parent = app.task("parent", options: .init(queue: "celery", priority: 4)) {
            (context: TaskContext, _: Int) in
            let sent = try await child.delay()
            return [
                context.id, context.name, context.rootID, context.parentID ?? "none", String(context.retries),
                context.deliveryInfo.queue, context.deliveryInfo.routingKey, String(context.deliveryInfo.priority),
                context.headers["tenant"]?.stringValue ?? "none", sent.id,
            ]
        }
        try await withWorker(app) {
            let result = try await parent.apply(1, options: .init(taskID: "p", headers: ["tenant": "a"]))
            let facts = try await result.get()
            #expect(facts.dropLast() == ["p", "parent", "p", "none", "0", "celery", "celery", "4", "a"])
            let family = try await app.result(for: #require(facts.last), as: [String?].self).get()
            #expect(family == ["p", "p"])
        }
    }

    @Test func `A task that is called directly runs here, with a context of its own`() async throws {
        let app = TaskApp.inMemory()
        let task = app.task("t") { (context: TaskContext, x: Int) in
            try await context.progress(["half": true])
            return "\(context.name) \(context.parentID ?? "none") \(x)"
        }
        #expect(try await task(3) == "t none 3")
        #expect(app.published.isEmpty)
    }

    @Test func `An error is retried with growing delays, and the time goes by itself`() async throws {
        let app = TaskApp.inMemory()
        let attempts = Journal<Timestamp>()
        let task = app.task("flaky", retry: .exponentialBackoff(base: .seconds(60), maxRetries: 3, isJittered: false)) {
            (context: TaskContext, x: Int) in
            attempts.note(app.virtualTime)
            if context.retries < 3 { throw Broken() }
            return x
        }
        try await withWorker(app) {
            let result = try await task.delay(7)
            try #expect(await result.get() == 7)
            #expect(app.published(task).count == 1)
        }
        let seconds = zip(attempts.entries, attempts.entries.dropFirst()).map {
            Int($1.duration(since: $0) / .seconds(1))
        }
        #expect(seconds == [60, 120, 240])
    }

    @Test func `Retries that are used up end as the failure`() async throws {
        let app = TaskApp.inMemory()
        let attempts = Journal<Int>()
        let task = app.task("broken", retry: .fixed(.seconds(3600), maxRetries: 2)) { (context: TaskContext) in
            attempts.note(context.retries)
            throw Broken()
        }
        try await withWorker(app) {
            let result = try await task.delay()
            let failure = try await #require(throws: TaskFailure.self) { try await result.get() }
            #expect(failure.type == "Broken")
            #expect(attempts.entries == [0, 1, 2])
        }
    }

    @Test func `A task asks for its own retry, with its own delay`() async throws {
        let app = TaskApp.inMemory()
        let attempts = Journal<Timestamp>()
        let task = app.task("polite") { (context: TaskContext) in
            attempts.note(app.virtualTime)
            if context.retries == 0 { throw context.retry(after: .seconds(42), cause: Broken()) }
            if context.retries == 1 { throw context.retry() }
            return context.retries
        }
        try await withWorker(app) {
            let result = try await task.delay()
            try #expect(await result.get() == 2)
        }
        let seconds = zip(attempts.entries, attempts.entries.dropFirst()).map {
            Int($1.duration(since: $0) / .seconds(1))
        }
        #expect(seconds == [42, 180])
    }

    @Test func `A fallback stands in for errors of its type`() async throws {
        let app = TaskApp.inMemory()
        let task = app.task("parse", fallback: .value("unknown", for: Broken.self)) { (isBroken: Bool) in
            if isBroken { throw Broken() }
            throw TaskFailure(type: "ValueError", message: "no", module: "builtins")
        }
        try await withWorker(app) {
            let result = try await task.delay(true)
            try #expect(await result.get() == "unknown")
            let other = try await task.delay(false)
            let failure = try await #require(throws: TaskFailure.self) { try await other.get() }
            #expect(failure.type == "ValueError")
            #expect(failure.exception.module == "builtins")
        }
    }

    @Test func `Rejecting, requeueing and ignoring`() async throws {
        let app = TaskApp.inMemory()
        let order = Journal<String>()
        let moody = app.task("moody") { (mood: String) in
            let isFirst = !order.entries.contains(mood)
            order.note(mood)
            switch mood {
            case "reject": throw TaskReject("not today")
            case "requeue" where isFirst: throw TaskReject("later", requeue: true)
            case "ignore": throw TaskIgnore()
            default: break
            }
        }
        let results = try await ["requeue", "reject", "ignore", "last"].asyncMap { try await moody.delay($0) }
        try await withWorker(app, configuration: .init(concurrency: 1, isBurst: true)) {
            try await results[0].get()
            let failure = try await #require(throws: TaskFailure.self) { try await results[1].get() }
            #expect(failure.type == "Reject")
        }
        #expect(order.entries == ["requeue", "reject", "ignore", "last", "requeue"])
        #expect(try await results[2].info == nil)
        #expect(app.deadLetters.isEmpty)
    }

    @Test func `Arguments that do not fit end as TypeError and are not retried`() async throws {
        let app = TaskApp.inMemory()
        app.task("add", parameters: ["x", "y"], retry: .fixed(.seconds(1))) { (x: Int, y: Int) in x + y }
        try await withWorker(app) {
            let result = try await app.sendTask("add", args: [1, 2, 3])
            let failure = try await #require(throws: TaskFailure.self) { try await result.get() }
            #expect(failure.description == "TypeError: takes 2 arguments (x, y), but 3 were given")
        }
    }

    @Test func `Progress is told one change after the other, the end last`() async throws {
        let app = TaskApp.inMemory()
        let steps = [Event(), Event(), Event()]
        let task = app.task("slow") { (context: TaskContext) in
            for (index, step) in steps.enumerated() {
                try await context.progress(["step": index])
                await step.wait()
            }
            return "done"
        }
        try await withWorker(app) {
            let result = try await task.delay()
            var seen: [String] = []
            for try await info in result.progress {
                seen.append("\(info.state) \(info.value)")
                if let index = info.value["step"]?.integerValue { steps[Int(index)].happen() }
            }
            #expect(
                seen.map { $0.filter { $0 != " " } } == [
                    "PROGRESS{\"step\":0}", "PROGRESS{\"step\":1}", "PROGRESS{\"step\":2}", "SUCCESS\"done\"",
                ]
            )
        }
    }

    @Test func `A task whose result nobody wants leaves nothing, and its progress neither`() async throws {
        let app = TaskApp.inMemory()
        let done = Journal<String>()
        let silent = app.task("silent", options: .init(ignoresResult: true)) { (context: TaskContext) in
            try await context.progress(["half": true])
            done.note(context.id)
        }
        let loud = app.task("loud") { (x: Int) in x }
        let result = try await silent.delay()
        let other = try await loud.apply(1, options: .init(ignoresResult: true))
        let last = try await loud.delay(1)
        try await withWorker(app, configuration: .init(concurrency: 1)) { _ = try await last.get() }
        #expect(done.entries == [result.id])
        #expect(try await result.info == nil)
        #expect(try await other.info == nil)
    }

    @Test func `A result can be forgotten, and expires by itself`() async throws {
        var configuration = TaskAppConfiguration()
        configuration.resultExpires = .seconds(3600)
        let app = TaskApp.inMemory(configuration: configuration)
        let task = app.task("t") { (x: Int) in x }
        let (first, second) = (try await task.delay(1), try await task.delay(2))
        try await withWorker(app) {
            _ = try await first.get()
            _ = try await second.get()
        }
        try await first.forget()
        #expect(try await first.state == .pending)
        app.advance(by: .milliseconds(3_599_000))
        #expect(try await second.state == .success)
        app.advance(by: .seconds(2))
        #expect(try await second.state == .pending)
    }

    @Test func `A time limit ends a task, softly or not`() async throws {
        let app = TaskApp.inMemory()
        let stubborn = app.task("stubborn") { (context: TaskContext) in
            await Event().wait()
            return "stopped"
        }
        try await withWorker(app) {
            let soft = try await stubborn.apply(options: .init(softTimeLimit: .milliseconds(1)))
            try #expect(await soft.get() == "stopped")
            let hard = try await stubborn.apply(options: .init(timeLimit: .milliseconds(1)))
            let failure = try await #require(throws: TaskFailure.self) { try await hard.get() }
            #expect(failure.type == "TimeLimitExceeded")
        }
    }
}

extension Sequence {
    /// The results of an asynchronous transformation, one after the other.
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
