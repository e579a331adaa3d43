import CeleryProtocol
import TaskBroker
import TaskBrokerTesting
import Testing

struct CallingTests {
    private struct Resize: Codable, Sendable, Equatable {
        var source: String
        var width: Int
        var quality: Int?
    }

    @Test func `add.delay(2, 2) is ready in the end and gives 4 (scenario S3)`() async throws {
        let app = TaskApp.inMemory()
        let add = app.task("tasks.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
        let result = try await add.delay(2, 2)
        #expect(try await !result.ready)
        #expect(try await result.state == .pending)
        try await withWorker(app) {
            try #expect(await result.get(timeout: .seconds(120)) == 4)
        }
        #expect(try await result.ready)
        #expect(try await result.state == .success)
    }

    @Test func `A program that does not know a task sends it by name, by position or by keyword`() async throws {
        let app = TaskApp.inMemory()
        app.task("tasks.sub", parameters: ["x", "y"]) { (x: Int, y: Int) in x - y }
        try await withWorker(app) {
            try #expect(await app.sendTask("tasks.sub", args: [5, 10]).get() == -5)
            try #expect(await app.sendTask("tasks.sub", args: [5], kwargs: ["y": 1]).get() == 4)
            try #expect(await app.sendTask("tasks.sub", kwargs: ["y": 1, "x": 7]).get() == 6)
        }
    }

    @Test func `A payload travels as keyword arguments, its absent property too`() async throws {
        let app = TaskApp.inMemory()
        let resize = app.task("images.resize", payload: Resize.self) { payload, _ in
            "\(payload.source) \(payload.width) \(payload.quality ?? 80)"
        }
        try await withWorker(app) {
            try #expect(await resize.delay(Resize(source: "a.png", width: 30, quality: 9)).get() == "a.png 30 9")
            let byName = try await app.sendTask("images.resize", kwargs: ["source": "b.png", "width": 40])
            try #expect(await byName.get() == "b.png 40 80")
        }
        let sent = try #require(app.published(resize).first)
        #expect(sent.args == [])
        #expect(sent.kwargs["width"] == 30)
        #expect(try sent.arguments(of: resize) == Resize(source: "a.png", width: 30, quality: 9))
    }

    @Test func `A task that returns nothing has null for a result`() async throws {
        let app = TaskApp.inMemory()
        let log = app.task("tasks.log") { (_: String) in }
        try await withWorker(app) {
            let result = try await log.delay("hello")
            try await result.get()
            try #expect(await result.info?.value == .null)
            try #expect(await result.state == .success)
        }
    }

    @Test func `What was sent can be compared as JSON and as the types of the task`() async throws {
        let app = TaskApp.inMemory()
        let add = app.task("tasks.add") { (x: Int, y: Int) in x + y }
        let other = app.task("tasks.other") { (x: Int) in x }
        try await add.delay(2, 2)
        try await other.delay(1)
        try await add.delay(3, 4)
        #expect(app.published.map(\.name) == ["tasks.add", "tasks.other", "tasks.add"])
        #expect(app.published(add).map(\.args) == [[2, 2], [3, 4]])
        #expect(app.published(named: "tasks.other").map(\.args) == [[1]])
        #expect(try app.published(add)[1].arguments(of: add) == (3, 4))
        #expect(app.waiting(in: "celery").map(\.id) == app.published.map(\.id))
    }
}
