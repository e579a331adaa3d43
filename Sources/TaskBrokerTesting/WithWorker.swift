public import TaskBroker

/// Runs a worker beside `body`, and stops it afterwards.
///
/// ```swift
/// try await withWorker(app, configuration: .init(concurrency: 1)) {
///     let sum = try await add.delay(2, 2).get()
///     #expect(sum == 4)
/// }
/// ```
///
/// A closure whose only `try` is inside of `#expect` does not throw for the compiler (Swift 6.3): write `try #expect(await …)`.
///
/// When `body` returns, the worker finishes the tasks that are running, and what it has not begun stays in its queue. When `body`
/// throws, running tasks are cancelled and go back to their queues.
///
/// An app on Redis has to be running: put the call inside ``TaskApp/run(_:)``.
///
/// - Throws: What `body` throws, or ``TaskBrokerError/Code/invalidConfiguration`` for queues that cannot be consumed.
@discardableResult
public func withWorker<Value>(
    _ app: TaskApp,
    configuration: WorkerConfiguration = .init(),
    _ body: () async throws -> Value
) async throws -> Value {
    let worker = try Worker(app, configuration: configuration)
    // Leaving the scope by an error cancels the worker and waits for it.
    async let running: Void = worker.run()
    let value = try await body()
    worker.drain()
    try await running
    return value
}
