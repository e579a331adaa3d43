import CeleryProtocol
import TaskBrokerTesting
import Testing

@testable import TaskBroker

/// The tasks that every Celery app has.
@Suite(.timeLimit(.minutes(4)))
struct BuiltInTaskTests {
    private let tasks = CanvasTasks(.inMemory())

    private func run(
        _ name: String,
        _ args: [JSONValue] = [],
        _ kwargs: [String: JSONValue] = [:]
    ) async throws -> JSONValue {
        try await withWorker(self.tasks.app) {
            try await self.tasks.app.sendTask(name, args: args, kwargs: kwargs).get(timeout: .seconds(120))
        }
    }

    private func call(_ name: String, _ args: [JSONValue] = [], id: String? = nil) -> JSONValue {
        SignatureNode(.task(name), args: args, options: id.map { ["task_id": .string($0)] } ?? [:]).json
    }

    @Test func `They are there, and not listed`() async throws {
        #expect(self.tasks.app.taskNames.allSatisfy { !$0.hasPrefix("celery.") })
        try #expect(await self.run("celery.ping") == "pong")
        try #expect(await self.run("celery.backend_cleanup") == .null)
    }

    @Test func `accumulate returns its arguments, or one of them`() async throws {
        try #expect(await self.run("celery.accumulate", [1, 2]) == [1, 2])
        try #expect(await self.run("celery.accumulate", [1, 2], ["index": 1]) == 2)
        try #expect(await self.run("celery.accumulate", [1, 2], ["index": -1]) == 2)
        let error = try await #require(throws: TaskFailure.self) {
            try await self.run("celery.accumulate", [1], ["index": 5])
        }
        #expect(error.type == "IndexError")
    }

    @Test func `map and starmap call a task of this process, through its middleware`() async throws {
        let seen = Journal<String>()
        let tasks = CanvasTasks(.inMemory(middleware: [Witness(seen: seen)]))
        try await withWorker(tasks.app) {
            try #expect(await tasks.echo.map([1, 2]).delay().get() == [1, 2])
            try #expect(await tasks.add.starmap([(1, 2), (3, 4)]).delay().get() == [3, 7])
        }
        #expect(seen.entries == ["celery.map", "echo", "echo", "celery.starmap", "add", "add"])
    }

    private struct Witness: TaskMiddleware {
        let seen: Journal<String>

        func execute(
            _ arguments: TaskArguments,
            _ context: TaskContext,
            next: @Sendable (TaskArguments, TaskContext) async throws -> JSONValue
        ) async throws -> JSONValue {
            self.seen.note(context.name)
            return try await next(arguments, context)
        }
    }

    @Test func `A mapped task cannot be retried on its own: it fails with the cause`() async throws {
        let again = self.tasks.app.task("again") { (context: TaskContext, _: Int) -> Int in
            throw context.retry(cause: CanvasTasks.Broken())
        }
        try await withWorker(self.tasks.app) {
            let failure = try await #require(throws: TaskFailure.self) { try await again.map([1]).delay().get() }
            #expect(failure.type == "Broken")
        }
    }

    @Test func `What a mapped task sends are children of the map`() async throws {
        let spawn = self.tasks.app.task("spawn") { [echo = self.tasks.echo] (x: Int) in try await echo.delay(x).id }
        try await withWorker(self.tasks.app) {
            let result = try await spawn.map([1, 2]).delay()
            let ids = try await result.get()
            try #expect(await result.children.map(\.id) == ids)
            let sent = self.tasks.app.published(named: "echo")
            #expect(sent.allSatisfy { $0.headers.parentID == result.id })
        }
    }

    private static let wrongCalls: [(name: String, kwargs: [String: JSONValue], type: String)] = [
        ("celery.map", ["task": ["task": "nobody"], "it": [1]], "NotRegistered"),
        ("celery.starmap", ["task": ["task": "echo"], "it": [1]], "TypeError"),
        ("celery.map", ["it": [1]], "TypeError"),
        ("celery.map", ["task": ["name": "echo"], "it": [1]], "ValueError"),
        ("celery.chain", [:], "NotImplementedError"),
    ]

    @Test(arguments: Self.wrongCalls)
    func `A wrong call says what is wrong`(name: String, kwargs: [String: JSONValue], type: String) async throws {
        let failure = try await #require(throws: TaskFailure.self) { try await self.run(name, [], kwargs) }
        #expect(failure.type == type)
    }

    @Test func `Compositions that are sent as tasks still run`() async throws {
        let app = self.tasks.app
        let tuple: JSONValue = [["g", .null], [[["a", .null], .null], [["b", .null], .null]]]
        try await withWorker(app) {
            let members: JSONValue = [self.call("add", [1], id: "a"), self.call("add", [2], id: "b")]
            let sent = try await app.sendTask("celery.group", args: [members, tuple, "g", [10]])
            try #expect(await sent.get() == tuple)
            try #expect(await app.result(for: "a").get() == 11)
            try #expect(await app.result(for: "b").get() == 12)

            let header: JSONValue = [self.call("echo", [1]), self.call("echo", [2])]
            let chord = try await app.sendTask(
                "celery.chord",
                args: [header, self.call("total", id: "body")],
                kwargs: ["interval": 1, "max_retries": .null]
            )
            _ = try await chord.get()
            try #expect(await app.result(for: "body").get() == 3)

            let chunks = try await app.sendTask(
                "celery.chunks",
                args: [self.call("add"), [[1, 1], [2, 2], [3, 3]], 2]
            )
            let node = try #require(try await ResultNode(json: chunks.get()))
            #expect(node.children?.count == 2)
        }
    }

    @Test func `chord_unlock waits for a header and calls the body`() async throws {
        let app = self.tasks.app
        try await withWorker(app) {
            let first = try await self.tasks.echo.delay(1)
            let second = try await self.tasks.echo.apply(2, options: .init(countdown: .seconds(30)))
            let results: JSONValue = [ResultNode(id: first.id).json, ResultNode(id: second.id).json]
            try await app.sendTask(
                "celery.chord_unlock",
                args: ["g", self.call("total", id: "body")],
                kwargs: ["interval": 5, "result": results, "anything": 1]
            )
            try #expect(await app.result(for: "body").get() == 3)

            let failing = try await self.tasks.fail.delay(1)
            try await app.sendTask(
                "celery.chord_unlock",
                args: ["g", self.call("total", id: "lost")],
                kwargs: ["result": [ResultNode(id: failing.id).json]]
            )
            let failure = try await #require(throws: TaskFailure.self) { try await app.result(for: "lost").get() }
            #expect(failure.type == "ChordError")
            #expect(failure.message.hasPrefix("Dependency \(failing.id) raised"))

            let unlock = try await app.sendTask(
                "celery.chord_unlock",
                args: ["g", self.call("total", id: "never"), 1, 2, [ResultNode(id: "nobody").json]],
                options: .init(ignoresResult: false)
            )
            let ended = try await #require(throws: TaskFailure.self) { try await unlock.get() }
            #expect(ended.type == "MaxRetriesExceededError")
        }
    }
}
