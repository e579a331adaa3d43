public import CeleryProtocol
import Synchronization

// Closure types with a parameter pack are spelt `@concurrent`: task bodies belong on the pool, and under
// NonisolatedNonsendingByDefault the compiler (6.3.1) crashes in the caller's file otherwise.

extension TaskApp {
    /// Defines a task whose arguments are the closure's parameters.
    ///
    /// ```swift
    /// let add = app.task("tasks.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
    /// ```
    ///
    /// - Parameters:
    ///   - name: The name on the wire; it has to be new.
    ///   - names: What the parameters are called by producers that send keyword arguments; none, or one for each.
    ///   - options: What a call inherits.
    ///   - retry: Which errors run the task again.
    ///   - fallback: What to return instead of certain errors.
    ///   - body: The task.
    @discardableResult
    public func task<each Argument: Codable & Sendable, Output: Codable & Sendable>(
        _ name: String,
        parameters names: [String] = [],
        options: TaskOptions = .init(),
        retry: RetryPolicy = .never,
        fallback: TaskFallback<Output> = .none,
        _ body: @concurrent @escaping @Sendable (repeat each Argument) async throws -> Output
    ) -> TaskDefinition<(repeat each Argument), Output> {
        self.define(name, options, retry, fallback, .positional(names: names), .codable) { _, arguments in
            try await body(repeat each arguments)
        }
    }

    /// Defines a task that is given its ``TaskContext`` as its first parameter.
    @discardableResult
    public func task<each Argument: Codable & Sendable, Output: Codable & Sendable>(
        _ name: String,
        parameters names: [String] = [],
        options: TaskOptions = .init(),
        retry: RetryPolicy = .never,
        fallback: TaskFallback<Output> = .none,
        _ body: @concurrent @escaping @Sendable (TaskContext, repeat each Argument) async throws -> Output
    ) -> TaskDefinition<(repeat each Argument), Output> {
        self.define(name, options, retry, fallback, .positional(names: names), .codable) { context, arguments in
            try await body(context, repeat each arguments)
        }
    }

    /// Defines a task that returns nothing.
    @discardableResult
    public func task<each Argument: Codable & Sendable>(
        _ name: String,
        parameters names: [String] = [],
        options: TaskOptions = .init(),
        retry: RetryPolicy = .never,
        fallback: TaskFallback<Void> = .none,
        _ body: @concurrent @escaping @Sendable (repeat each Argument) async throws -> Void
    ) -> TaskDefinition<(repeat each Argument), Void> {
        self.define(name, options, retry, fallback, .positional(names: names), .void) { _, arguments in
            try await body(repeat each arguments)
        }
    }

    /// Defines a task that is given its ``TaskContext`` and returns nothing.
    @discardableResult
    public func task<each Argument: Codable & Sendable>(
        _ name: String,
        parameters names: [String] = [],
        options: TaskOptions = .init(),
        retry: RetryPolicy = .never,
        fallback: TaskFallback<Void> = .none,
        _ body: @concurrent @escaping @Sendable (TaskContext, repeat each Argument) async throws -> Void
    ) -> TaskDefinition<(repeat each Argument), Void> {
        self.define(name, options, retry, fallback, .positional(names: names), .void) { context, arguments in
            try await body(context, repeat each arguments)
        }
    }

    /// Defines a task whose keyword arguments are the properties of a payload.
    ///
    /// ```swift
    /// struct Resize: Codable, Sendable { var source: String; var width: Int; var quality: Int? }
    /// let resize = app.task("images.resize", payload: Resize.self) { payload, context in … }
    /// ```
    ///
    /// A property that a producer may leave out has to be an optional: a synthesized `Decodable` ignores default values.
    @discardableResult
    public func task<Payload: Codable & Sendable, Output: Codable & Sendable>(
        _ name: String,
        payload: Payload.Type,
        options: TaskOptions = .init(),
        retry: RetryPolicy = .never,
        fallback: TaskFallback<Output> = .none,
        _ body: @concurrent @escaping @Sendable (Payload, TaskContext) async throws -> Output
    ) -> TaskDefinition<Payload, Output> {
        self.define(name, options, retry, fallback, .keyword(), .codable) { context, payload in
            try await body(payload, context)
        }
    }

    /// Defines a task that takes whatever it is called with, and returns any value: Python's `*args` and `**kwargs`.
    ///
    /// ```swift
    /// app.task("tasks.log") { (context: TaskContext, arguments: TaskArguments) in
    ///     context.logger.info("called", metadata: ["count": "\(arguments.positional.count)"])
    ///     return .null
    /// }
    /// ```
    @discardableResult
    public func task(
        _ name: String,
        options: TaskOptions = .init(),
        retry: RetryPolicy = .never,
        fallback: TaskFallback<JSONValue> = .none,
        _ body: @concurrent @escaping @Sendable (TaskContext, TaskArguments) async throws -> JSONValue
    ) -> TaskDefinition<TaskArguments, JSONValue> {
        self.define(name, options, retry, fallback, .untyped, .untyped, body)
    }
}

extension TaskApp {
    private func define<Arguments, Output>(
        _ name: String,
        _ options: TaskOptions,
        _ retry: RetryPolicy,
        _ fallback: TaskFallback<Output>,
        _ coding: ArgumentCoding<Arguments>,
        _ output: OutputCoding<Output>,
        _ body: @escaping @Sendable (TaskContext, Arguments) async throws -> Output
    ) -> TaskDefinition<Arguments, Output> {
        let task = AnyTask(
            name: name,
            options: options,
            retry: retry,
            run: { context, arguments in try await output.encode(body(context, coding.decode(arguments))) },
            fallback: { error in try fallback.value(error).map(output.encode) }
        )
        self.register(task)
        return TaskDefinition(
            name: name,
            options: options,
            app: self,
            arguments: coding,
            output: output,
            body: body
        )
    }

    /// Makes a task known under its name, which has to be new.
    func register(_ task: AnyTask) {
        self.registry.withLock { registry in
            precondition(registry[task.name] == nil, "A task named \"\(task.name)\" is already defined.")
            registry[task.name] = task
        }
    }
}
