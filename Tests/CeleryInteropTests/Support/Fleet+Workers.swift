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
        let worker = CeleryWorker(name: name, queues: queues, concurrency: concurrency)
        return try await worker.run(self.environment, self.server, body)
    }

    /// Runs a worker of ours in this process while `body` runs, and then stops it at once.
    func withWorker<Result: Sendable>(
        _ app: TaskApp? = nil,
        queues: [String],
        concurrency: Int = 1,
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await Self.withWorker(app ?? self.app, queues: queues, concurrency: concurrency, body)
    }

    /// Runs a worker of an app in this process while `body` runs, and then stops it at once.
    static func withWorker<Result: Sendable>(
        _ app: TaskApp,
        queues: [String],
        concurrency: Int,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let name = "\(queues.joined(separator: "-"))-\(UInt16.random(in: 0 ... .max))@%h"
        let worker = try Worker(
            app,
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
