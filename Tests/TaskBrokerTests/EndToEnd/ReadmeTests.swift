import TaskBroker
import TaskBrokerTesting
import Testing

/// The programs of the README, so that they cannot rot; on the broker in memory where the README has Redis.
struct ReadmeTests {
    struct NotFound: Error {}

    struct Resize: Codable, Sendable {
        var source: String
        var width: Int
        var quality: Int?
    }

    @Test func `The smallest program`() async throws {
        let app = TaskApp.inMemory()
        let add = app.task("tasks.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
        let worker = try Worker(app)

        try await app.run { _ in
            async let _ = worker.run()
            let result = try await add.delay(2, 2)
            try #expect(await result.get() == 4)
        }
        try #expect(await add(2, 2) == 4)
    }

    @Test func `Options, context and retries`() async throws {
        let app = TaskApp.inMemory()
        let add = app.task("tasks.add") { (x: Int, y: Int) in x + y }
        let fetch = app.task("tasks.fetch", retry: .exponentialBackoff(maxRetries: 5).except(NotFound.self)) {
            (context: TaskContext, url: String) in
            try await context.progress(["stage": "download"])
            if context.retries == 0 { throw context.retry(after: .seconds(30)) }
            return url.count
        }
        let resize = app.task("images.resize", payload: Resize.self) { payload, context in
            "\(payload.source)@\(payload.width) as \(context.name)"
        }
        try await withWorker(app, configuration: .init(queues: ["celery", "math"])) {
            let options = TaskOptions(countdown: .seconds(10), queue: "math", priority: 3)
            try #expect(await add.apply(2, 2, options: options).get() == 4)
            try #expect(await fetch.delay("http://example.com").get() == 18)
            let resized = try await resize.delay(Resize(source: "a.png", width: 64))
            try #expect(await resized.get() == "a.png@64 as images.resize")
        }
        #expect(app.published(resize).map(\.kwargs) == [["source": "a.png", "width": 64]])
    }

    @Test func `Results`() async throws {
        let app = TaskApp.inMemory()
        let add = app.task("tasks.add") { (x: Int, y: Int) in x + y }
        try await withWorker(app) {
            let result = try await add.delay(2, 2)
            try #expect(await result.get(timeout: .seconds(10)) == 4)
            var states: [TaskState] = []
            for try await info in result.progress { states.append(info.state) }
            #expect(states == [.success])
            try #expect(await app.result(for: result.id, as: Int.self).get() == 4)
        }
    }

    @Test func `Queues and routes`() async throws {
        var configuration = TaskAppConfiguration()
        configuration.queues = [
            "login",
            Queue("images", exchange: .topic("media"), routingKey: "media.image.#"),
        ]
        configuration.routes = [
            .tasks("images.*", queue: "login"),
            .tasks(matching: { $0.hasPrefix("math.") }, exchange: "media", routingKey: "media.image.png"),
        ]
        let app = TaskApp.inMemory(configuration: configuration)
        try await app.sendTask("images.resize")
        try await app.sendTask("math.add")
        #expect(app.published.map(\.routingKey) == ["login", "media.image.png"])
    }

    @Test func `Testing without waiting`() async throws {
        let app = TaskApp.inMemory()
        let add = app.task("tasks.add") { (x: Int, y: Int) in x + y }
        try await withWorker(app) {
            let result = try await add.apply(2, 2, options: .init(countdown: .seconds(3600)))
            try #expect(await result.get() == 4)
        }
        #expect(app.published(add).map(\.args) == [[2, 2]])
    }
}
