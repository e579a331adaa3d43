import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// Flower and our worker around one Redis, and a browser that looks at Flower.
struct FlowerScene: Sendable {
    /// The name of our worker.
    static let worker = "ours@swift"
    /// The queue that it takes from.
    static let queue = "swift"

    let app: TaskApp
    private let browser: PythonPeer
}

// MARK: - Scope

extension FlowerScene {
    /// Starts everything, runs `body`, ends everything; our worker may have ended by then.
    static func with(_ body: (FlowerScene) async throws -> Void) async throws {
        let environment = try CeleryEnvironment(.flower)
        try await RedisServer.with(RedisServerOptions()) { server in
            let app = try Fleet.makeApp(server, Marks())
            Self.defineTasks(on: app)
            let worker = try Worker(
                app,
                configuration: .init(
                    queues: [Self.queue],
                    concurrency: 2,
                    name: Self.worker,
                    events: .init(sendsTaskEvents: true)
                )
            )
            try await Self.withFlower(environment, server) { url in
                try await PythonPeer.with(
                    environment,
                    server,
                    script: "flower_browser.py",
                    arguments: [url]
                ) { browser in
                    try await app.run { _ in
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            defer { group.cancelAll() }
                            group.addTask { try await worker.run() }
                            try await body(FlowerScene(app: app, browser: browser))
                        }
                    }
                }
            }
        }
    }

    private static func withFlower(
        _ environment: CeleryEnvironment,
        _ server: RedisServer,
        _ body: (String) async throws -> Void
    ) async throws {
        let port = try FreePort.find()
        var variables = environment.variables(server)
        // It serves nobody but this test, and its buttons are not to ask for a password.
        variables["FLOWER_UNAUTHENTICATED_API"] = "true"
        try await GuardedProcess.with(
            "flower",
            environment.python,
            ["-m", "celery", "--app", "interop_app", "flower", "--address=127.0.0.1", "--port=\(port)"],
            environment: variables,
            directory: server.directory
        ) { flower in
            // Whoever comes later sees no worker that said that it is there before Flower listened.
            try await flower.eventually("listening to events", timeout: .seconds(120)) {
                flower.errorText.contains("Connected to redis")
            }
            try await body("http://127.0.0.1:\(port)")
        }
    }

    private static func defineTasks(on app: TaskApp) {
        app.task("flower.retry_later") { (context: TaskContext) -> Void in
            let cause = TaskFailure(type: "ValueError", message: "not today", module: "builtins")
            throw context.retry(after: .seconds(600), cause: cause)
        }
    }
}

// MARK: - What a person does

extension FlowerScene {
    /// Sends a task to our worker.
    ///
    /// - Returns: Its id.
    func send(_ task: String, _ args: [JSONValue] = [], _ kwargs: [String: JSONValue] = [:]) async throws -> String {
        try await self.app.sendTask(task, args: args, kwargs: kwargs, options: .init(queue: Self.queue)).id
    }

    /// The page with all workers, as soon as ours has a status there.
    func workers(_ status: String) async throws -> JSONValue {
        try await self.browser.call("workers", ["worker": .string(Self.worker), "status": .string(status)])
    }

    /// The page of our worker: the rows of each table, by its caption; of all tabs, or of one.
    func worker(tab: String? = nil) async throws -> [String: JSONValue] {
        var command: [String: JSONValue] = ["worker": .string(Self.worker)]
        command["tab"] = tab.map { .string($0) }
        let page = try await self.browser.call("worker", command)
        return try #require(page["tables"]?.objectValue, "\(page)")
    }

    /// The page with all tasks, as soon as each of these is there in its state.
    func tasks(_ states: [String: TaskState]) async throws -> [JSONValue] {
        let wanted = JSONValue.object(states.mapValues { .string($0.rawValue) })
        return try await #require(self.browser.call("tasks", ["tasks": wanted])["rows"]?.arrayValue)
    }

    /// The page of a task, as soon as it is there in a state.
    func task(_ id: String, _ state: TaskState) async throws -> JSONValue {
        let page = try await self.browser.call("task", ["task": .string(id), "state": .string(state.rawValue)])
        return try #require(page["details"])
    }

    /// Presses a button of the page of our worker.
    ///
    /// - Parameters:
    ///   - button: A CSS selector.
    ///   - tab: The tab that it is on, if it is not the first.
    ///   - menu: What opens the menu that it is in, as a selector.
    ///   - inputs: What to write into fields before, by their selectors.
    /// - Returns: What Flower says then.
    func press(
        _ button: String,
        tab: String? = nil,
        menu: String? = nil,
        inputs: [String: JSONValue] = [:]
    ) async throws -> String? {
        var command: [String: JSONValue] = [
            "page": .string("/worker/\(Self.worker)"), "button": .string(button), "inputs": .object(inputs),
        ]
        command["tab"] = tab.map { .string($0) }
        command["menu"] = menu.map { .string($0) }
        return try await self.browser.call("press", command)["said"]?.stringValue
    }

    /// Presses a button of the page of a task.
    func press(_ button: String, task: String) async throws -> String? {
        try await self.browser.call("press", ["page": .string("/task/\(task)"), "button": .string(button)])["said"]?
            .stringValue
    }
}
