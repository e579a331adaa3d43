import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// A Redis for the table of canvases, and what an all-Python fleet makes of it.
struct CanvasFleet: Sendable {
    /// The fleet of the suite that runs.
    @TaskLocal static var current: CanvasFleet?

    private let environment: CeleryEnvironment
    private let server: RedisServer
    /// What became of each case on an all-Python fleet, by its name.
    let expected: [String: JSONValue]

    /// The fleet of the suite that runs, which has one.
    static func require() throws -> CanvasFleet {
        try #require(CanvasFleet.current)
    }
}

// MARK: - Scope

extension CanvasFleet {
    /// Runs the table on an all-Python fleet, and then `body`.
    static func with(_ body: @concurrent @Sendable () async throws -> Void) async throws {
        let environment = try CeleryEnvironment()
        try await RedisServer.with(RedisServerOptions()) { server in
            let python = CanvasFleet(environment: environment, server: server, expected: [:])
            let expected = try await python.observe(.python)
            let fleet = CanvasFleet(environment: environment, server: server, expected: expected)
            try await CanvasFleet.$current.withValue(fleet) { try await body() }
        }
    }

    /// Runs the table with the workers of a placement.
    ///
    /// - Returns: What became of each case.
    func observe(_ placement: CanvasPlacement) async throws -> [String: JSONValue] {
        // The queue `celery` gets what a worker sends without saying where: Celery's own tasks.
        switch placement {
        case .python:
            try await self.withCeleryWorker(["python", "celery"], placement) { try await self.run(placement) }
        case .swift:
            try await self.withWorker(["swift", "celery"], placement) { try await self.run(placement) }
        case .pythonFirst, .swiftFirst, .shared:
            try await self.withCeleryWorker(["python", "shared", "celery"], placement) {
                try await self.withWorker(["swift", "shared", "celery"], placement) { try await self.run(placement) }
            }
        }
    }
}

// MARK: - Parts

extension CanvasFleet {
    /// Each placement works in databases of its own.
    private func databases(_ placement: CanvasPlacement) -> Databases {
        let index = CanvasPlacement.allCases.firstIndex(of: placement) ?? 0
        return Databases(broker: 1 + 2 * index, backend: 2 + 2 * index)
    }

    private func withCeleryWorker<Result: Sendable>(
        _ queues: [String],
        _ placement: CanvasPlacement,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let worker = CeleryWorker(
            name: "canvas-\(placement.rawValue)",
            queues: queues,
            concurrency: 4,
            app: "canvas.tasks",
            databases: self.databases(placement)
        )
        return try await worker.run(self.environment, self.server) { _ in try await body() }
    }

    private func withWorker<Result: Sendable>(
        _ queues: [String],
        _ placement: CanvasPlacement,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let app = try Fleet.makeApp(self.server, Marks(), self.databases(placement))
        return try await app.run { _ in try await Fleet.withWorker(app, queues: queues, concurrency: 8, body) }
    }

    /// Runs a Python worker, has `send` send cases to its queue `python`, and looks at what becomes of them.
    ///
    /// - Parameter send: Sends cases with an app, the tasks of which write into files in a folder; returns the results by name.
    func observe(
        sending send: (_ app: TaskApp, _ folder: String) async throws -> [String: ResultNode]
    ) async throws -> [String: JSONValue] {
        let databases = Databases(broker: 11, backend: 12)
        let worker = CeleryWorker(
            name: "canvas-sent",
            queues: ["python", "celery"],
            concurrency: 4,
            app: "canvas.tasks",
            databases: databases
        )
        let folder = "\(self.server.directory)/canvas-sent"
        try TextFile.createFolder(folder)
        let app = try Fleet.makeApp(self.server, Marks(), databases, definesTasks: false)
        return try await worker.run(self.environment, self.server) { _ in
            let sent = try await app.run { _ in try await send(app, folder) }
            let tuples = JSONValue.object(sent.mapValues(\.json)).description
            let program = PythonProgram(module: "canvas", arguments: ["sent", folder], input: tuples)
            return try await #require(program.run(self.environment, self.server, databases).objectValue)
        }
    }

    /// Runs `python -m canvas`, which sends the cases and looks at what becomes of them.
    private func run(_ placement: CanvasPlacement) async throws -> [String: JSONValue] {
        let folder = "\(self.server.directory)/canvas-\(placement.rawValue)"
        try TextFile.createFolder(folder)
        let selected = EnvironmentVariable.value(of: "INTEROP_CASES")?.split(separator: ",").map(String.init) ?? []
        let program = PythonProgram(module: "canvas", arguments: [placement.rawValue, folder] + selected)
        let cases = try await program.run(self.environment, self.server, self.databases(placement))
        return try #require(cases.objectValue)
    }
}

// MARK: - Trait

/// Gives a suite a canvas fleet.
struct CanvasFleetTrait: SuiteTrait, TestScoping {
    var isRecursive: Bool { false }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await CanvasFleet.with(function)
    }
}

extension Trait where Self == CanvasFleetTrait {
    /// A Redis for the table of canvases, and what an all-Python fleet makes of it.
    static var canvasFleet: Self { Self() }
}
