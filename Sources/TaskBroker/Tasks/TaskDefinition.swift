/// A named, typed task: how to call it and, in a worker, how to run it.
///
/// Made by the `task` methods of ``TaskApp``. `Arguments` is the tuple of the closure's parameters, or the payload type of a
/// keyword task; so a call with the wrong arguments does not compile.
public struct TaskDefinition<Arguments: Sendable, Output: Sendable>: Sendable {
    /// The name on the wire.
    public let name: String
    /// The options that a call inherits.
    public let options: TaskOptions
    let app: TaskApp
    /// How the arguments travel.
    package let arguments: ArgumentCoding<Arguments>
    let output: OutputCoding<Output>
    let body: @Sendable (TaskContext, Arguments) async throws -> Output
    /// What messages of the task have in common.
    let latestForm = LatestForm()
}

// MARK: Calling

extension TaskDefinition {
    /// Sends the task with its default options.
    @discardableResult
    public func delay<each Argument>(
        _ arguments: repeat each Argument
    ) async throws -> AsyncResult<Output> where Arguments == (repeat each Argument) {
        try await self.send((repeat each arguments), options: nil)
    }

    /// Sends the task with `options`.
    @discardableResult
    public func apply<each Argument>(
        _ arguments: repeat each Argument,
        options: TaskOptions
    ) async throws -> AsyncResult<Output> where Arguments == (repeat each Argument) {
        try await self.send((repeat each arguments), options: options)
    }

    /// Sends one task for each element, all in one pipeline.
    ///
    /// - Returns: The handles, in order.
    @discardableResult
    @inlinable
    public func apply(
        contentsOf calls: some Sequence<Arguments>,
        options: TaskOptions = .init()
    ) async throws -> [AsyncResult<Output>] {
        // Where it is called the compiler knows the type of the sequence; here each step would be looked up in a table.
        try await self.applyAll(Array(calls), options: options)
    }

    @usableFromInline
    func applyAll(_ calls: [Arguments], options: TaskOptions) async throws -> [AsyncResult<Output>] {
        let ids = try await self.app.send(self.name, calls.map(self.arguments.encode), options, self.latestForm)
        return self.app.results(for: ids, decode: self.output.decode)
    }

    /// Runs the task here and now, without a broker.
    public func callAsFunction<each Argument>(
        _ arguments: repeat each Argument
    ) async throws -> Output where Arguments == (repeat each Argument) {
        try await self.body(.local(name: self.name, app: self.app), (repeat each arguments))
    }

    private func send(_ arguments: Arguments, options: TaskOptions?) async throws -> AsyncResult<Output> {
        let id = try await self.app.send(self.name, self.arguments.encode(arguments), options, self.latestForm)
        return self.app.result(for: id, decode: self.output.decode)
    }
}
