public import CeleryProtocol

/// Code that runs around publishing and around executing a task.
///
/// Both methods may change what they pass on, catch what comes back, measure, or not call `next` at all. The middleware of an
/// app runs in the order of its array, the first one outermost.
public protocol TaskMiddleware: Sendable {
    /// Runs around sending a message; the default sends it.
    func publish(
        _ message: TaskMessage,
        next: @Sendable (TaskMessage) async throws -> Void
    ) async throws

    /// Runs around a task, in the worker; the default runs it.
    func execute(
        _ arguments: TaskArguments,
        _ context: TaskContext,
        next: @Sendable (TaskArguments, TaskContext) async throws -> JSONValue
    ) async throws -> JSONValue
}

extension TaskMiddleware {
    /// Sends the message.
    public func publish(
        _ message: TaskMessage,
        next: @Sendable (TaskMessage) async throws -> Void
    ) async throws {
        try await next(message)
    }

    /// Runs the task.
    public func execute(
        _ arguments: TaskArguments,
        _ context: TaskContext,
        next: @Sendable (TaskArguments, TaskContext) async throws -> JSONValue
    ) async throws -> JSONValue {
        try await next(arguments, context)
    }
}
