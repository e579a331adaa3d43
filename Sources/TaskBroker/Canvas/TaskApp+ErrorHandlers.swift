import CeleryProtocol

extension TaskApp {
    /// Defines a task that handles the failure of others: Celery's error callbacks.
    ///
    /// ```swift
    /// let report = app.errorHandler("tasks.report") { failed, context in
    ///     context.logger.error("\(failed.name ?? failed.id) failed: \(failed.exception)")
    /// }
    /// try await flow.linkError(report).delay()
    /// ```
    ///
    /// A worker that has defined it calls it itself for a task of its own that failed, as Celery does; other workers send the
    /// id of the failed task, and it is told what is stored about that.
    ///
    /// - Parameters:
    ///   - name: The name on the wire; it has to be new.
    ///   - options: What the message inherits where one is sent.
    ///   - body: The handler. What it throws is logged when it is called in process, and stored otherwise.
    /// - Returns: What ``Signature/linkError(_:)`` takes.
    @discardableResult
    public func errorHandler(
        _ name: String,
        options: TaskOptions = .init(),
        _ body: @concurrent @escaping @Sendable (FailedTask, TaskContext) async throws -> Void
    ) -> Signature<String, Void> {
        let task = AnyTask(
            name: name,
            options: options,
            retry: .never,
            run: { context, arguments in
                // The id of the failed task comes before what the handler was linked with.
                var rest = arguments
                guard let id = rest.positional.first?.stringValue else {
                    throw ArgumentMismatch("takes the id of a failed task, which was not given")
                }
                rest.positional.removeFirst()
                var failed = try await context.failedTask(id)
                failed.arguments = rest
                try await body(failed, context)
                return .null
            },
            fallback: { _ in nil },
            // The registry must not keep its own app alive.
            handle: { [weak self] failed in
                guard let self else { return }
                let context = TaskContext.handling(failed, handler: name, app: self)
                try await TaskContext.$current.withValue(context) { try await body(failed, context) }
            }
        )
        self.register(task)
        return Signature(SignatureNode(.task(name)), app: self, decode: OutputCoding.void.decode)
    }
}

extension TaskContext {
    /// The context of a handler that is called in process; what it sends are children of the task that failed.
    fileprivate static func handling(_ failed: FailedTask, handler: String, app: TaskApp) -> TaskContext {
        let headers = TaskHeaders(task: handler, id: failed.id, rootID: failed.id)
        let request = TaskRequest(headers: headers, delivery: DeliveryInfo(queue: "", routingKey: ""))
        return TaskContext(request: request, app: app, storesResults: false)
    }

    /// What is stored about a task that failed.
    fileprivate func failedTask(_ id: String) async throws -> FailedTask {
        let document = try await self.app.backend.results(of: [id]).first ?? nil
        return FailedTask(
            id: id,
            name: document?.name,
            exception: document?.exception
                ?? ExceptionDocument(
                    type: "Exception",
                    message: ["No failure of the task is stored."],
                    module: "builtins"
                ),
            traceback: document?.traceback
        )
    }
}
