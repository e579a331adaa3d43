import Logging
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
            try #expect(await result.get(timeout: .seconds(120)) == 4)
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

    @Test func `Canvas`() async throws {
        let app = TaskApp.inMemory()
        let add = app.task("math.add") { (x: Int, y: Int) in x + y }
        let total = app.task("math.total") { (values: [Int]) in values.reduce(0, +) }
        let describe = app.task("text.describe") { (x: Int) in "It is \(x)." }
        try await withWorker(app) {
            let flow = add.s(2, 2) | add.partial(10) | describe.partial()
            try #expect(await flow.delay().get() == "It is 14.")
            let same = chain {
                add.s(2, 2)
                add.partial(10)
                describe.partial()
            }
            try #expect(await same.delay().get() == "It is 14.")

            let sums = group((1...3).map { add.s($0, $0) })
            try #expect(await sums.delay().get() == [2, 4, 6])
            let (sum, text) = try await group(add.s(1, 1), describe.s(7)).delay().get()
            #expect(sum == 2 && text == "It is 7.")
            try #expect(await (sums | total.partial()).delay().get() == 12)
            try #expect(await chord((1...3).map { add.s($0, $0) }, total.partial()).delay().get() == 12)
            let fanOut = add.s(1, 1) | group([add.partial(10), add.partial(20)]) | total.partial()
            try #expect(await fanOut.delay().get() == 34)

            try #expect(await describe.map([1, 2]).delay().get() == ["It is 1.", "It is 2."])
            try #expect(await add.starmap([(1, 2), (3, 4)]).delay().get() == [3, 7])
            try #expect(await add.chunks((0..<100).map { ($0, $0) }, size: 10).delay().get().count == 10)
        }
    }

    @Test func `Canvas: callbacks, errors, results, names`() async throws {
        let app = TaskApp.inMemory()
        let add = app.task("math.add") { (x: Int, y: Int) in x + y }
        let describe = app.task("text.describe") { (x: Int) in "It is \(x)." }
        let shout = app.task("text.shout") { (text: String) in text.uppercased() }
        app.task("tasks.fetch") { (url: String) in url }
        app.task("tasks.store") { (x: Int) in x }
        let report = app.errorHandler("ops.report") { failed, context in
            context.logger.error("\(failed.name ?? failed.id): \(failed.exception)")
        }
        try await withWorker(app, configuration: .init(queues: ["celery", "math"])) {
            let careful = (add.s(2, 2).set { $0.queue = "math" } | describe.partial())
                .link(shout.partial())
                .linkError(report)
                .stamp(["customer": 7])
            let careless = try await careful.delay()
            try #expect(await careless.get() == "It is 4.")
            try #expect(await careless.children.first?.get() == "IT IS 4.")
            #expect(app.published(add).map(\.routingKey) == ["math"])

            let result = try await group((1...3).map { add.s($0, $0) }).delay()
            let group = try #require(result.group)
            let progress = try await group.wait(timeout: .seconds(120)) { #expect($0.total == 3) }
            #expect(progress.isReady)
            try #expect(await group.completedCount == 3)
            try await group.save()
            try #expect(await app.groupResult(for: group.id).get() == [2, 4, 6])

            let remote = app.signature("tasks.fetch", args: ["a"]).returning(String.self) | shout.partial()
            try #expect(await remote.delay().get() == "A")
            let mixed = add.s(1, 2).untyped() | app.partialSignature("tasks.store")
            try #expect(await mixed.delay().get() == 3)
        }
    }
}
