import CeleryProtocol
import RedisClient

extension RedisResultBackend {
    /// Subscribes to the task's channel before `body` begins, on the connection that all waiters share.
    package func withUpdates<Value: Sendable>(
        of taskID: String,
        _ body: (ResultUpdates) async throws -> Value
    ) async throws -> Value {
        let (documents, continuation) = AsyncStream<ResultDocument>.makeStream()
        return try await self.subscriber.withSubscription(to: [RedisKeys.result(of: taskID)]) { messages in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Whoever waits reads again every second, so missed messages need no notice.
                    for await case .push(let message) in messages {
                        if let document = Self.document(message.payload) { continuation.yield(document) }
                    }
                    continuation.finish()
                }
                defer { group.cancelAll() }
                return try await body(ResultUpdates(documents))
            }
        }
    }
}
