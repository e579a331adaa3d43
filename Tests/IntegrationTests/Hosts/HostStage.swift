import CeleryProtocol
import Logging
import Synchronization
import TestSupport
import Testing

@testable import TaskBroker

/// A worker in the test's process whose tasks run in processes, on a redis-server of its own.
struct HostStage: Sendable {
    let worker: Worker
    let server: RedisServer

    var app: TaskApp { self.worker.app }
}

extension HostStage {
    /// The hosts of `taskctl`, with its sample app.
    static func taskctl(count: Int = 2, maximumTasks: Int? = nil, maximumMemory: Int? = nil) throws -> HostConfiguration
    {
        HostConfiguration(
            count: count,
            executable: try BuiltProgram.taskctl,
            arguments: ["taskctl", "task-host"],
            maximumTasks: maximumTasks,
            maximumMemory: maximumMemory
        )
    }

    /// The hosts of the fault suite, whose app has queues that take only so much.
    static func faultWorker(count: Int = 1) throws -> HostConfiguration {
        let program = try BuiltProgram.beside("fault-worker", orNamedBy: "TASKBROKER_FAULT_WORKER")
        // What its other tasks leave behind, nobody looks at here.
        let arguments = ["env", "FAULT_EFFECTS=/dev/null", program, "task-host"]
        return HostConfiguration(count: count, executable: "/usr/bin/env", arguments: arguments)
    }

    /// The host in Python.
    static var python: HostConfiguration { Self.script("host.py", count: 1) }

    /// The host that misbehaves.
    static func hostile(count: Int) -> HostConfiguration { Self.script("hostile.py", count: count) }

    private static func script(_ name: String, count: Int) -> HostConfiguration {
        let path = "\(BuiltProgram.root)/Tests/IntegrationTests/Hosts/Python/\(name)"
        return HostConfiguration(count: count, executable: "/usr/bin/env", arguments: ["env", "python3", path])
    }

    /// Runs a worker beside `body`, and stops it cold afterwards.
    static func with(
        _ hosts: HostConfiguration,
        concurrency: Int = 8,
        _ body: (HostStage) async throws -> Void
    ) async throws {
        try await RedisServer.with { server in
            let app = try TaskApp(
                broker: .redis(server.url),
                configuration: TaskAppConfiguration(resultExtended: true),
                logger: Logger(label: "hosts") { _ in SwiftLogNoOpLogHandler() }
            )
            let configuration = WorkerConfiguration(concurrency: concurrency, host: .processes(hosts))
            let worker = try Worker(app, configuration: configuration) { _ in }
            try await app.run { _ in
                async let running: Void = worker.run()
                let stage = HostStage(worker: worker, server: server)
                do {
                    try await body(stage)
                } catch {
                    worker.stop()
                    try await running
                    throw error
                }
                worker.stop()
                try await running
            }
        }
    }
}

// MARK: Doing

extension HostStage {
    /// Sends a task.
    func send(_ name: String, _ arguments: JSONValue..., options: TaskOptions = .init()) async throws -> String {
        try await self.app.send([TaskCall(name, TaskArguments(arguments), options: options)])[0]
    }

    /// Waits for a task to end.
    func info(_ id: String, timeout: Duration = .seconds(90)) async throws -> TaskInfo {
        try #require(try await self.app.result(for: id).wait(timeout: timeout), "task \(id) has not ended")
    }

    /// The processes that run tasks.
    func processIDs() async throws -> [Int64] {
        let stats = try await self.ask("stats")
        return stats?["pool"]?["processes"]?.arrayValue?.compactMap(\.integerValue) ?? []
    }

    /// Commands the worker.
    func ask(_ method: String, _ arguments: [String: JSONValue] = [:]) async throws -> JSONValue? {
        try await self.app.control.ask(
            method,
            arguments: arguments,
            destinations: [self.worker.node],
            timeout: .seconds(20)
        )[self.worker.node]
    }

    /// The dead letters by the ids of their tasks.
    func deadLetters() async throws -> [String: DeadLetter] {
        let letters = try await self.app.inspector.deadLetters()
        return Dictionary(letters.compactMap { letter in letter.taskID.map { ($0, letter) } }) { first, _ in first }
    }
}
