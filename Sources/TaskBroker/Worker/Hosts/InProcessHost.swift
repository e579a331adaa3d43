import CeleryProtocol
import Logging

/// Runs tasks in the supervisor's own process.
///
/// For workers that are embedded in a server, and for tests. A trap in a task takes every task in the process with it; their
/// leases run out and other workers run them again.
package struct InProcessHost: TaskHost {
    private let app: TaskApp

    package init(app: TaskApp) {
        self.app = app
    }

    package var taskNames: [String] { self.app.taskNames }

    package func settings(of task: String) -> TaskSettings? {
        let defaults = self.app.configuration.taskDefaults
        return self.app.task(named: task).map {
            TaskSettings(
                ignoresResult: $0.options.ignoresResult ?? false,
                isErrorHandler: $0.handle != nil,
                rateLimit: $0.options.rateLimit ?? defaults.rateLimit,
                timeLimits: TimeLimits($0.options).inheriting(from: TimeLimits(defaults))
            )
        }
    }

    package func execute(_ invocation: TaskInvocation) async -> TaskReport {
        await self.execute(
            HostedMessage(invocation.envelope, invocation.delivery),
            storesResult: invocation.storesResult,
            started: invocation.started,
            limits: invocation.limits
        )
    }

    /// Runs the task of a message.
    func execute(
        _ message: HostedMessage,
        storesResult: Bool,
        started: Timestamp,
        limits: TimeLimits
    ) async -> TaskReport {
        guard let task = self.app.task(named: message.task) else {
            return TaskReport(.undeliverable(notRegistered: message.task))
        }
        let body: TaskBody
        do {
            body = try message.decodeBody()
        } catch {
            return TaskReport(.undeliverable(reason: error.message, error.exception))
        }
        let request = TaskRequest(message, embed: body.embed)
        let context = TaskContext(request: request, app: self.app, storesResults: storesResult)
        let run: @Sendable () async throws -> JSONValue = {
            try await TaskContext.$current.withValue(context) {
                try await self.app.execute(task, TaskArguments(body.args, body.kwargs), context)
            }
        }
        let outcome: TaskOutcome
        do {
            outcome = .success(try await limits.enforce(run))
        } catch {
            outcome = RetryDecision(task: task, headers: message.headers, started: started)
                .outcome(of: error, body)
        }
        return TaskReport(outcome, embed: body.embed, children: request.children)
    }

    package func handle(_ failed: FailedTask, with signature: SignatureNode) async {
        guard case .task(let name) = signature.kind, let handle = self.app.task(named: name)?.handle else { return }
        var failed = failed
        failed.arguments = TaskArguments(signature.args, signature.kwargs)
        do {
            try await handle(failed)
        } catch {
            self.app.logger.error(
                "error handler failed",
                metadata: ["task_id": "\(failed.id)", "handler": "\(name)", "error": "\(error)"]
            )
        }
    }

    package func messages(for calls: [CanvasCall]) async throws -> [Publication] {
        try await self.app.publications(for: calls)
    }
}

extension TaskOutcome {
    static func undeliverable(notRegistered task: String) -> Self {
        .undeliverable(
            reason: "no worker knows the task '\(task)'",
            ExceptionDocument(type: "NotRegistered", message: [.string(task)], module: "celery.exceptions")
        )
    }
}

extension TaskApp {
    /// Runs a task inside the app's middleware.
    func execute(_ task: AnyTask, _ arguments: TaskArguments, _ context: TaskContext) async throws -> JSONValue {
        guard !self.middleware.isEmpty else { return try await task.run(context, arguments) }
        var run: @Sendable (TaskArguments, TaskContext) async throws -> JSONValue = { try await task.run($1, $0) }
        for middleware in self.middleware.reversed() {
            let next = run
            run = { try await middleware.execute($0, $1, next: next) }
        }
        return try await run(arguments, context)
    }
}
