import CeleryProtocol
import TaskBroker
import Testing

@testable import TaskBrokerTesting

/// When and where messages are delivered.
@Suite(.timeLimit(.minutes(4)))
struct DeliveryTests {
    @Test func `A countdown costs no time, and the task runs when it is due`() async throws {
        let app = TaskApp.inMemory()
        let task = app.task("t") { (_: Int) in app.virtualTime.microseconds }
        let start = app.virtualTime
        try await withWorker(app) {
            let result = try await task.apply(1, options: .init(countdown: .seconds(86_400 * 7)))
            let ran = try await result.get()
            #expect(ran == start.adding(.seconds(86_400 * 7)).microseconds)
        }
    }

    @Test func `Delayed tasks run in the order in which they are due`() async throws {
        let app = TaskApp.inMemory()
        let order = Journal<Int>()
        let task = app.task("t") { (x: Int) in order.note(x) }
        let results = try await task.apply(contentsOf: [30, 10, 20])
        for (countdown, id) in [(30, 3), (10, 1), (20, 2)] {
            try await task.apply(id, options: .init(countdown: .seconds(countdown), taskID: "\(id)"))
        }
        try await withWorker(app, configuration: .init(concurrency: 1)) {
            _ = try await app.result(for: "3").get()
        }
        #expect(results.count == 3)
        #expect(order.entries == [30, 10, 20, 1, 2, 3])
    }

    @Test func `A clock that does not jump waits for the test`() async throws {
        let app = TaskApp.inMemory(clock: VirtualClock(isAutomatic: false))
        let task = app.task("t") { (x: Int) in x }
        let result = try await task.apply(1, options: .init(countdown: .seconds(60)))
        try await withWorker(app, configuration: .init(concurrency: 1)) {
            _ = try await task.delay(0).get()
            #expect(app.delayed.map(\.id) == [result.id])
            app.advance(by: .milliseconds(59_999))
            _ = try await task.delay(0).get()
            try #expect(await !result.ready)
            app.advance(by: .milliseconds(1))
            _ = try await result.get()
        }
        #expect(app.delayed.isEmpty)
    }

    @Test func `A task that comes too late is revoked`() async throws {
        let app = TaskApp.inMemory()
        let ran = Journal<Int>()
        let task = app.task("t") { (x: Int) in ran.note(x) }
        let late = try await task.apply(1, options: .init(expires: .seconds(60)))
        let inTime = try await task.apply(2, options: .init(expires: .seconds(61)))
        let never = try await task.apply(3, options: .init(countdown: .seconds(10), expires: .seconds(5)))
        app.advance(by: .seconds(60))
        try await withWorker(app) {
            let failure = try await #require(throws: TaskFailure.self) { try await late.get() }
            #expect(failure.isRevoked)
            #expect(failure.type == "TaskRevokedError")
            try await inTime.get()
            await #expect(throws: TaskFailure.self) { try await never.get() }
        }
        #expect(ran.entries == [2])
    }

    @Test func `0 is served first, and within a step the oldest`() async throws {
        let app = TaskApp.inMemory()
        let order = Journal<Int>()
        let task = app.task("t") { (x: Int) in order.note(x) }
        for (id, priority) in [(1, 9), (2, 5), (3, 0), (4, 9), (5, 3), (6, 0)] {
            try await task.apply(id, options: .init(priority: priority))
        }
        try await withWorker(app, configuration: .init(concurrency: 1, isBurst: true)) {
            let last = try #require(app.published.first { $0.args == [4] })
            _ = try await app.result(for: last.id).get()
        }
        #expect(order.entries == [3, 6, 2, 5, 1, 4])
    }

    @Test func `Many are sent at once, and all come back in order`() async throws {
        let app = TaskApp.inMemory()
        let square = app.task("square") { (x: Int) in x * x }
        try await withWorker(app, configuration: .init(concurrency: 8, prefetch: 8)) {
            let results = try await square.apply(contentsOf: 0..<500)
            var values: [Int] = []
            for result in results { values.append(try await result.get()) }
            #expect(values == (0..<500).map { $0 * $0 })
        }
    }

    @Test func `A unique key lets one through until its time is over`() async throws {
        let app = TaskApp.inMemory()
        let ran = Journal<Int>()
        let task = app.task("t") { (x: Int) in
            ran.note(x)
            return x
        }
        let key = UniqueKey("page", for: .seconds(60))
        let first = try await task.apply(1, options: .init(unique: key))
        let second = try await task.apply(2, options: .init(unique: key))
        let other = try await task.apply(3, options: .init(unique: UniqueKey("another")))
        #expect(second.id == first.id)
        #expect(app.published.map(\.args) == [[1], [3]])
        try await withWorker(app, configuration: .init(concurrency: 1)) {
            try #expect(await second.get() == 1)
            _ = try await other.get()
            app.advance(by: .seconds(61))
            let third = try await task.apply(4, options: .init(unique: key))
            try #expect(await third.get() == 4)
        }
        #expect(ran.entries == [1, 3, 4])
    }

    @Test func `Exchanges lead to the queues that are bound to them`() async throws {
        var configuration = TaskAppConfiguration()
        configuration.queues = [
            "celery",
            Queue("mail", exchange: .direct("tasks"), routingKey: "mail.send"),
            Queue("images", exchange: .topic("media"), routingKey: "media.image.#"),
            Queue("all", exchange: .topic("media"), routingKey: "media.#"),
            Queue("news", exchange: .fanout("news")),
        ]
        let app = TaskApp.inMemory(configuration: configuration)
        func send(_ exchange: String, _ routingKey: String) async throws {
            try await app.sendTask(
                "t",
                args: [.string(routingKey)],
                options: .init(exchange: exchange, routingKey: routingKey)
            )
        }
        try await send("tasks", "mail.send")
        try await send("tasks", "mail.other")
        try await send("media", "media.image.small")
        try await send("media", "media.video")
        try await send("news", "celery")
        func waiting(_ queue: String) -> [[JSONValue]] { app.waiting(in: queue).map(\.args) }
        #expect(waiting("mail") == [["mail.send"]])
        #expect(waiting("images") == [["media.image.small"]])
        #expect(waiting("all") == [["media.image.small"], ["media.video"]])
        #expect(waiting("news") == [])
        #expect(waiting("celery") == [])
        #expect(app.published.count == 5)
        #expect(app.published[1].exchange == "tasks")

        let task = app.task("t") { (key: String) in key }
        try await withWorker(app, configuration: .init(queues: ["news", "celery"])) {
            // Nothing is kept for those who do not listen yet.
            _ = try await task.delay("first").get()
            let result = try await task.apply("hello", options: .init(exchange: "news", routingKey: "celery"))
            try #expect(await result.get() == "hello")
        }
    }

    @Test func `Workers take from their own queues only (scenario S1)`() async throws {
        var configuration = TaskAppConfiguration()
        configuration.queues = ["login", "user", "fans"]
        configuration.routes = [
            .tasks("login*", queue: "login"), .tasks("user*", queue: "user"), .tasks("fans*", queue: "fans"),
        ]
        let app = TaskApp.inMemory(configuration: configuration)
        let login = app.task("login") { (x: Int) in x }
        let user = app.task("user") { (x: Int) in x }
        let fans = app.task("fans") { (x: Int) in x }
        try await withWorker(app, configuration: .init(queues: ["login", "user"], concurrency: 1)) {
            _ = try await fans.delay(1)
            _ = try await login.delay(2).get()
            _ = try await user.delay(3).get()
            #expect(app.waiting(in: "fans").map(\.args) == [[1]])
        }
        try await withWorker(app, configuration: .init(queues: nil, excludedQueues: ["login"])) {
            let id = try #require(app.published(fans).first?.id)
            try #expect(await app.result(for: id).get() == 1)
            let left = try await login.delay(4)
            _ = try await user.delay(5).get()
            #expect(app.waiting(in: "login").map(\.id) == [left.id])
        }
    }
}
