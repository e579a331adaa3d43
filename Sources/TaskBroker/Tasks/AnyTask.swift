import CeleryProtocol

/// A task with its types erased: what the registry holds and a host runs.
///
/// A class, because every run looks it up, and its options and closures are a dozen references.
final class AnyTask: Sendable {
    let name: String
    let options: TaskOptions
    let retry: RetryPolicy
    /// Decodes the arguments, runs the body, encodes what it returns.
    let run: @Sendable (TaskContext, TaskArguments) async throws -> JSONValue
    /// The encoded fallback for an error, if the task has one.
    let fallback: @Sendable (any Error) throws -> JSONValue?
    /// Handles the failure of another task, if this is an error handler.
    let handle: (@Sendable (FailedTask) async throws -> Void)?

    init(
        name: String,
        options: TaskOptions,
        retry: RetryPolicy,
        run: @escaping @Sendable (TaskContext, TaskArguments) async throws -> JSONValue,
        fallback: @escaping @Sendable (any Error) throws -> JSONValue?,
        handle: (@Sendable (FailedTask) async throws -> Void)? = nil
    ) {
        self.name = name
        self.options = options
        self.retry = retry
        self.run = run
        self.fallback = fallback
        self.handle = handle
    }
}
