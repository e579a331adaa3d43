import CeleryProtocol
import RedisClient

extension RedisResultBackend {
    /// How many announcements wait for a reader who is slow.
    ///
    /// What is dropped beyond that is read again within a second, as is everything that a lost connection hides.
    private static let maximumUpdates = 256

    /// Subscribes to the tasks' channels before `body` begins, on the connection that all waiters share.
    package func withUpdates<Value: Sendable>(
        of taskIDs: [String],
        _ body: (ResultUpdates) async throws -> Value
    ) async throws -> Value {
        let (updates, continuation) = AsyncStream<ResultUpdate>.makeStream(
            bufferingPolicy: .bufferingNewest(Self.maximumUpdates)
        )
        let tasks = Dictionary(taskIDs.map { (RedisKeys.result(of: $0), $0) }) { first, _ in first }
        return try await self.subscriber.withSubscription(to: Array(tasks.keys)) { events in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await event in events {
                        guard case .push(let push) = event, let taskID = tasks[push.channel],
                            let document = Self.document(push.payload)
                        else {
                            continue
                        }
                        continuation.yield(ResultUpdate(taskID: taskID, document: document))
                    }
                    continuation.finish()
                }
                defer { group.cancelAll() }
                return try await body(ResultUpdates(updates))
            }
        }
    }
}
