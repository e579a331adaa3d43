import TaskBroker
import TestSupport

extension Fleet {
    /// Runs a `celery worker` process while `body` runs; it takes messages when `body` starts.
    func withCeleryWorker<Result: Sendable>(
        _ name: String,
        queues: [String],
        concurrency: Int = 1,
        _ body: (GuardedProcess) async throws -> Result
    ) async throws -> Result {
        let arguments = [
            "-m", "celery", "--app", "interop_app", "worker", "--queues", queues.joined(separator: ","),
            "--concurrency", "\(concurrency)", "--hostname", "\(name)@%h", "--loglevel", "info",
        ]
        return try await GuardedProcess.with(
            "celery-\(name)",
            self.environment.python,
            arguments,
            environment: self.environment.variables(self.server),
            directory: self.server.directory
        ) { worker in
            try await worker.eventually("ready", timeout: .seconds(90)) { worker.errorText.contains(" ready.") }
            return try await body(worker)
        }
    }

    /// Runs a worker of ours in this process while `body` runs, and then stops it at once.
    func withWorker<Result: Sendable>(
        _ app: TaskApp? = nil,
        queues: [String],
        concurrency: Int = 1,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let name = "\(queues.joined(separator: "-"))-\(UInt16.random(in: 0 ... .max))@%h"
        let worker = try Worker(
            app ?? self.app,
            configuration: .init(queues: queues, concurrency: concurrency, name: name)
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// Runs the one worker, with one slot, of a queue while `body` runs: the kind that works in a direction.
    func withOnlyWorker<Result: Sendable>(
        _ direction: Direction,
        queue: String,
        _ body: () async throws -> Result
    ) async throws -> Result {
        switch direction {
        case .pythonToSwift: try await self.withWorker(queues: [queue], body)
        case .swiftToPython: try await self.withCeleryWorker(queue, queues: [queue]) { _ in try await body() }
        }
    }
}
