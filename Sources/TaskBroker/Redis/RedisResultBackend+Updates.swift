import CeleryProtocol
import RedisClient

extension RedisResultBackend {
    /// Subscribes to the task's channel before `body` begins, on the connection that all waiters share.
    package func withUpdates<Value: Sendable>(
        of taskID: String,
        _ body: (ResultUpdates) async throws -> Value
    ) async throws -> Value {
        let (documents, continuation) = AsyncStream<ResultDocument>.makeStream()
        return try await self.subscriber.withSubscription(to: [RedisKeys.result(of: taskID)]) { events in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await event in events {
                        guard case .push(let push) = event, let document = Self.document(push.payload) else { continue }
                        continuation.yield(document)
                    }
                    continuation.finish()
                }
                defer { group.cancelAll() }
                return try await body(ResultUpdates(documents))
            }
        }
    }
}
