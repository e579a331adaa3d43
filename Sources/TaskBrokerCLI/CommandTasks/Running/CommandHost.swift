package import CeleryProtocol
import Logging
package import TaskBroker

/// Runs the tasks of a task file as commands, and leaves all others to the host of the app.
///
/// The worker starts the commands itself, whatever the app's host is: a command is a process of its own already.
package struct CommandHost: TaskHost {
    private let commands: [String: CommandTask]
    private let app: any TaskHost
    private let guardian: CommandGuardian?
    private let running: RunningCommands
    private let logger: Logger

    /// Creates a host.
    ///
    /// - Parameters:
    ///   - commands: The tasks that are commands; none of them may be one of the app's.
    ///   - app: Runs all other tasks.
    ///   - guardian: Kills what commands have started if this process is killed.
    init(
        _ commands: [CommandTask],
        beside app: any TaskHost,
        guardian: CommandGuardian? = nil,
        logger: Logger
    ) {
        self.commands = Dictionary(commands.map { ($0.name, $0) }) { first, _ in first }
        self.app = app
        self.guardian = guardian
        self.running = RunningCommands(guardian: guardian)
        self.logger = logger
    }
}

// MARK: Commands

extension CommandHost {
    package var taskNames: [String] { (self.app.taskNames + self.commands.keys).sorted() }

    package func settings(of task: String) -> TaskSettings? {
        guard let command = self.commands[task] else { return self.app.settings(of: task) }
        return TaskSettings(
            ignoresResult: command.options.ignoresResult ?? false,
            rateLimit: command.options.rateLimit,
            timeLimits: TimeLimits(command.options)
        )
    }

    /// Not even if the app's tasks do: a command is started on the thread of its lane.
    package var isElsewhere: Bool { false }

    package func execute(_ invocation: TaskInvocation) async -> TaskReport {
        guard let command = self.commands[invocation.envelope.headers.task] else {
            return await self.app.execute(invocation)
        }
        let body: TaskBody
        do {
            body = try invocation.envelope.decodeBody()
        } catch {
            return TaskReport(.undeliverable(reason: error.message, error.exception))
        }
        return TaskReport(await self.outcome(of: command, invocation, body), embed: body.embed)
    }

    private func outcome(of command: CommandTask, _ invocation: TaskInvocation, _ body: TaskBody) async -> TaskOutcome {
        let decide = { (policy: RetryPolicy, error: any Error) in
            RetryDecision(policy: policy, headers: invocation.envelope.headers, started: invocation.started)
                .outcome(of: error, body)
        }
        let exit: CommandExit
        do {
            var process = try command.process(for: invocation, body)
            process.observer = self.running.observer(of: invocation.claim)
            exit = try await process.run()
        } catch let error as CommandArgumentError {
            return decide(.never, TaskFailure(type: "CommandArgumentError", message: error.message))
        } catch let error as CommandStartError {
            return decide(.never, TaskFailure(type: "CommandStartError", message: error.message))
        } catch {
            return decide(.never, error)
        }
        let policy = RetryPolicy(command.retry.schedule)
        switch CommandResult(exit, of: command, limits: invocation.limits) {
        case .value(let value):
            self.logWords(of: exit, invocation.envelope.headers)
            return .success(value)
        case .retry(let cause): return decide(policy, TaskRetry(cause: cause))
        case .failure(let error, let isRetried): return decide(isRetried ? policy : .never, error)
        case .cancelled: return .cancelled
        }
    }

    /// What a failed command said is in its traceback; what a successful one said would be lost.
    private func logWords(of exit: CommandExit, _ headers: TaskHeaders) {
        if exit.errorTail.isEmpty { return }
        let words = String(decoding: exit.errorTail, as: UTF8.self)
        self.logger.info(
            "command said",
            metadata: ["task_id": "\(headers.id)", "task_name": "\(headers.task)", "stderr": "\(words)"]
        )
    }
}

extension CommandTask {
    /// The process for one run.
    fileprivate func process(
        for invocation: TaskInvocation,
        _ body: TaskBody
    ) throws(CommandArgumentError) -> CommandProcess {
        let headers = invocation.envelope.headers
        let call = CommandCall(
            id: headers.id,
            task: headers.task,
            retries: headers.retries,
            queue: invocation.delivery.queue,
            args: body.args,
            kwargs: body.kwargs
        )
        let document = CommandDocument(
            headers: headers,
            delivery: invocation.delivery,
            args: body.args,
            kwargs: body.kwargs,
            limits: invocation.limits
        )
        let launch = CommandLaunch(
            executable: self.executable,
            arguments: try self.words.expanded(for: call),
            environment: self.environment,
            directory: self.directory,
            identity: self.identity,
            resources: self.resources
        )
        return CommandProcess(
            launch: launch,
            input: document.bytes,
            outputLimit: self.outputLimit,
            limits: invocation.limits
        )
    }
}

// MARK: Everything else

extension CommandHost {
    package func run(_ body: @escaping @Sendable () async -> Void) async throws(TaskBrokerError) {
        CurrentProcess.expectChildren()
        do throws(SystemError) {
            try self.guardian?.start()
        } catch {
            self.logger.warning(
                "without a guardian, children of commands would outlive a worker that is killed",
                metadata: ["error": "\(error)"]
            )
        }
        defer { self.guardian?.end() }
        try await self.app.run(body)
    }

    package func handle(_ failed: FailedTask, with signature: SignatureNode) async {
        await self.app.handle(failed, with: signature)
    }

    /// The app's messages; those for commands go to the queues of the task file, unless the canvas says otherwise.
    package func messages(for calls: [CanvasCall]) async throws -> [Publication] {
        try await self.app.messages(for: calls.map(self.routed))
    }

    private func routed(_ call: CanvasCall) -> CanvasCall {
        let destinations = [SignatureOption.queue, SignatureOption.exchange, SignatureOption.routingKey]
        guard let queue = self.commands[call.routingName]?.options.queue,
            destinations.allSatisfy({ call.options[$0] == nil })
        else { return call }
        var call = call
        call.options[SignatureOption.queue] = .string(queue)
        return call
    }

    package var kindName: String { self.app.kindName }

    package var processIDs: [Int] { self.app.processIDs }

    package func processID(running claim: Claim) -> Int? {
        self.running.process(of: claim) ?? self.app.processID(running: claim)
    }

    package func restart() -> Bool { self.app.restart() }
}
