import RedisClient

/// Something whose callers know nothing of Redis and its errors.
protocol RedisAsking {}

extension RedisAsking {
    /// Asks Redis and translates what goes wrong.
    func ask<Value>(
        _ body: () async throws(RedisError) -> Value
    ) async throws(TaskBrokerError) -> Value {
        do throws(RedisError) {
            return try await body()
        } catch {
            throw TaskBrokerError(error)
        }
    }
}
