import CeleryProtocol
import TaskBroker
import TaskBrokerTesting
import Testing

/// Notes what passes through, under a name.
private struct Witness: TaskMiddleware {
    let name: String
    let journal: Journal<String>

    func publish(_ message: TaskMessage, next: @Sendable (TaskMessage) async throws -> Void) async throws {
        self.journal.note("\(self.name) publishes \(message.headers.task)")
        var message = message
        message.headers.custom["seen_by"] = .string((message.headers.custom["seen_by"]?.stringValue ?? "") + self.name)
        try await next(message)
        self.journal.note("\(self.name) published")
    }

    func execute(
        _ arguments: TaskArguments,
        _ context: TaskContext,
        next: @Sendable (TaskArguments, TaskContext) async throws -> JSONValue
    ) async throws -> JSONValue {
        self.journal.note("\(self.name) executes")
        defer { self.journal.note("\(self.name) executed") }
        return try await next(arguments, context)
    }
}

/// Answers or swallows some tasks itself.
private struct Gatekeeper: TaskMiddleware {
    func publish(_ message: TaskMessage, next: @Sendable (TaskMessage) async throws -> Void) async throws {
        if message.headers.task == "refused" { throw TaskReject("closed") }
        if message.headers.task != "dropped" { try await next(message) }
    }

    func execute(
        _ arguments: TaskArguments,
        _ context: TaskContext,
        next: @Sendable (TaskArguments, TaskContext) async throws -> JSONValue
    ) async throws -> JSONValue {
        var arguments = arguments
        if arguments.positional == [0] { return "answered" }
        arguments.positional = arguments.positional.map { .string("changed \($0)") }
        return try await next(arguments, context)
    }
}

@Suite(.timeLimit(.minutes(4)))
struct MiddlewareTests {
    @Test func `The first is the outermost, for publishing and for executing`() async throws {
        let journal = Journal<String>()
        let middleware = ["A", "B"].map { Witness(name: $0, journal: journal) }
        let app = TaskApp.inMemory(middleware: middleware)
        let task = app.task("t") { (context: TaskContext) in
            journal.note("runs")
            return context.headers["seen_by"]?.stringValue
        }
        let result = try await task.delay()
        #expect(journal.entries == ["A publishes t", "B publishes t", "B published", "A published"])
        try await withWorker(app) {
            try #expect(await result.get() == "AB")
        }
        #expect(journal.entries.dropFirst(4) == ["A executes", "B executes", "runs", "B executed", "A executed"])
    }

    @Test func `Middleware may answer, change, drop and refuse`() async throws {
        let app = TaskApp.inMemory(middleware: [Gatekeeper()])
        let echo = app.task("echo") { (text: String) in text }
        try await withWorker(app) {
            let answered = try await app.sendTask("echo", args: [0])
            try #expect(await answered.get() == "answered")
            let changed = try await echo.delay("x")
            try #expect(await changed.get() == "changed \"x\"")
        }
        try await app.sendTask("dropped")
        #expect(app.published(named: "dropped").isEmpty)
        await #expect(throws: TaskReject.self) { try await app.sendTask("refused") }
        #expect(app.published(named: "refused").isEmpty)
    }
}
