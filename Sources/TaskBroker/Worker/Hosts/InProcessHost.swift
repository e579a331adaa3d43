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
        self.app.task(named: task).map { TaskSettings(ignoresResult: $0.options.ignoresResult ?? false) }
    }

    package func execute(_ invocation: TaskInvocation) async -> TaskOutcome {
        let headers = invocation.envelope.headers
        guard let task = self.app.task(named: headers.task) else { return .undeliverable(notRegistered: headers.task) }
        let body: TaskBody
        do {
            body = try invocation.envelope.decodeBody()
        } catch {
            return .undeliverable(reason: error.message, error.exception)
        }
        guard body.embed.isPlain else { return .undeliverable(canvas: headers.task) }

        let context = TaskContext(
            request: TaskRequest(headers: headers, delivery: invocation.delivery),
            app: self.app,
            storesResults: invocation.storesResult
        )
        let run: @Sendable () async throws -> JSONValue = {
            try await TaskContext.$current.withValue(context) {
                try await self.app.execute(task, TaskArguments(body.args, body.kwargs), context)
            }
        }
        do {
            guard let limit = TimeLimit(headers, task.options) else { return .success(try await run()) }
            return .success(try await limit.enforce(run))
        } catch {
            return RetryDecision(task: task, headers: headers, started: invocation.started).outcome(of: error, body)
        }
    }
}

extension TaskEmbed {
    /// Whether nothing follows the task.
    fileprivate var isPlain: Bool {
        self.callbacks?.isEmpty ?? true && self.errbacks?.isEmpty ?? true && self.chain?.isEmpty ?? true
            && self.chord?.isNull ?? true
    }
}

extension TaskOutcome {
    static func undeliverable(notRegistered task: String) -> Self {
        .undeliverable(
            reason: "no worker knows the task '\(task)'",
            ExceptionDocument(type: "NotRegistered", message: [.string(task)], module: "celery.exceptions")
        )
    }

    /// A message that carries callbacks, a chain or a chord: running only the task itself would lose what follows it.
    static func undeliverable(canvas task: String) -> Self {
        let reason = "the message of '\(task)' carries callbacks, a chain or a chord, which this version cannot run"
        return .undeliverable(
            reason: reason,
            ExceptionDocument(type: "NotImplementedError", message: [.string(reason)], module: "builtins")
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
