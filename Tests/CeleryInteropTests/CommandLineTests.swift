import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// Celery's own command line, once about a Python worker and once about ours.
///
/// The table is `Python/cli/cases.py`. Each worker has databases of its own, so that a broadcast reaches only one.
@Suite(.timeLimit(.minutes(6))) struct CommandLineInterop {
    @Test func `celery inspect, control, status, result, call and purge say the same of both workers`() async throws {
        let environment = try CeleryEnvironment()
        try await RedisServer.with(RedisServerOptions()) { server in
            async let python = Self.observePython(environment, server)
            async let swift = Self.observeSwift(environment, server)
            let (expected, got) = try await (python, swift)
            try #require(expected.count == got.count)
            for (expected, got) in zip(expected, got) {
                if let difference = Difference(expected: expected, got: got) {
                    Issue.record("celery \(expected["command"]?.stringValue ?? "")\n\(difference)")
                }
            }
        }
    }

    private static func observePython(
        _ environment: CeleryEnvironment,
        _ server: RedisServer
    ) async throws -> [JSONValue] {
        let databases = Databases(broker: 1, backend: 2)
        let worker = CeleryWorker(
            name: "cli",
            host: "python",
            queues: ["python"],
            app: "canvas.tasks",
            databases: databases
        )
        return try await worker.run(environment, server) { process in
            let answers = try await Self.run("cli@python", "python", environment, server, databases)
            try await eventually("the worker has shut down", timeout: .seconds(120)) { !process.isRunning }
            return answers
        }
    }

    private static func observeSwift(
        _ environment: CeleryEnvironment,
        _ server: RedisServer
    ) async throws -> [JSONValue] {
        let databases = Databases(broker: 3, backend: 4)
        let app = try Fleet.makeApp(server, Marks(), databases)
        let worker = try Worker(app, configuration: .init(queues: ["swift"], concurrency: 1, name: "cli@swift"))
        return try await app.run { _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await worker.run() }
                let answers = try await Self.run("cli@swift", "swift", environment, server, databases)
                // The last command was to shut down.
                try await group.waitForAll()
                return answers
            }
        }
    }

    private static func run(
        _ node: String,
        _ queue: String,
        _ environment: CeleryEnvironment,
        _ server: RedisServer,
        _ databases: Databases
    ) async throws -> [JSONValue] {
        let folder = "\(server.directory)/\(queue)"
        try TextFile.createFolder(folder)
        let program = PythonProgram(module: "cli", arguments: [node, queue, folder])
        return try await #require(program.run(environment, server, databases).arrayValue)
    }
}
