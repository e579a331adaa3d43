import CeleryProtocol

/// A task with its types erased: what the registry holds and a host runs.
struct AnyTask: Sendable {
    let name: String
    let options: TaskOptions
    let retry: RetryPolicy
    /// Decodes the arguments, runs the body, encodes what it returns.
    let run: @Sendable (TaskContext, TaskArguments) async throws -> JSONValue
    /// The encoded fallback for an error, if the task has one.
    let fallback: @Sendable (any Error) throws -> JSONValue?
    /// Handles the failure of another task, if this is an error handler.
    var handle: (@Sendable (FailedTask) async throws -> Void)?
}
