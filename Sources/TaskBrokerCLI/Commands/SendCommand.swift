import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `send NAME [ARGS…] [key=value…]`: sends one task, or with `--from` many.
struct SendCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send a task; prints its id.",
        discussion: """
            EXAMPLES:
              taskctl send tasks.add 2 2 --wait
              taskctl send mail.welcome user=42 subject="Hello there" --queue mail --countdown 5m
              taskctl call tasks.add --args '[2, 2]' --kwargs '{"precise": true}'
              generate-urls | taskctl send tasks.fetch --from -
              taskctl send --chord thumbnails.json --wait

            An argument is JSON if it can be read as JSON, else text. With --from, each line of the file is a JSON object \
            with task, args, kwargs, queue, exchange, routing_key, countdown, eta, expires, priority, id and unique; with \
            a NAME, an array or object of arguments. Lines that cannot be sent are reported with their numbers and left \
            out, and the exit code is 6.

            With --chain, --group or --chord, the calls of the file are composed: one after the other, each with the \
            result of the one before; all at once; or all but the last at once, and the last with the array of their \
            results. The file has a JSON object a line as with --from, or an array of them, or \
            {"header": [...], "body": {...}}; an object may also be a signature as Celery writes it.
            """,
        aliases: ["call"]
    )

    @Argument(help: "The task's name.")
    var name: String?

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Arguments, as VALUE or KEY=VALUE.", valueName: "args"))
    var words: [String] = []

    @OptionGroup(title: "Message") var message: MessageOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Send each line of a file, or of standard input with -.", valueName: "file")
    )
    var from: String?

    @OptionGroup(title: "Canvas") var canvas: CanvasOptions

    @Flag(name: [.customShort("w"), .long], help: "Wait for the result and print it instead of the id.")
    var wait = false

    @Flag(name: .long, help: "Print the message that would be sent, and send nothing.")
    var dryRun = false

    @OptionGroup(title: "Common") var options: GlobalOptions

    func validate() throws {
        if let shape = try self.canvas.given?.shape {
            if self.name != nil || !self.words.isEmpty || self.from != nil || self.message.hasArguments {
                throw ValidationError("With --\(shape.rawValue), tasks and arguments come from the file.")
            }
            return
        }
        if self.name == nil && self.from == nil { throw ValidationError("Name the task to send, or give --from FILE.") }
        if self.from != nil && (self.wait || self.message.hasArguments) {
            throw ValidationError("--from cannot be combined with --wait, --args or --kwargs.")
        }
        if self.from != nil && !self.words.isEmpty {
            throw ValidationError("With --from, the arguments come from the file: '\(self.words[0])' has no place.")
        }
    }

    func run(_ session: AppSession) async throws {
        session.app.adoptBounds()
        do {
            try await self.sendWhatIsAsked(session)
        } catch let error as TaskBrokerError {
            guard let full = error.underlyingError as? QueueFull else { throw error }
            let queue = TerminalText.escape(full.queue)
            throw CommandError(
                .tryAgain,
                error.message,
                advice: "Who works on it, and how much waits: \(session.context.name) queue show '\(queue)'"
            )
        }
    }
}

extension SendCommand {
    private func sendWhatIsAsked(_ session: AppSession) async throws {
        if let (shape, path) = try self.canvas.given {
            let options = try self.message.taskOptions(now: .now())
            let sending = CanvasSending(session, shape, options: options, waits: self.wait, isDryRun: self.dryRun)
            return try await sending.run(path)
        }
        if let from {
            let options = try self.message.taskOptions(now: .now())
            let bulk = BulkSending(session, task: self.name, options: options, isDryRun: self.dryRun)
            return try await bulk.run(from)
        }
        let call = try self.call()
        if self.dryRun { return try session.printPreview(of: call) }
        try await self.send(call, session)
    }

    private func call() throws -> TaskCall {
        var options = try self.message.taskOptions(now: .now())
        // Known before it is sent, so that a duplicate can be told from a success.
        options.taskID = options.taskID ?? Identifier.uuid4()
        var arguments = try TaskArguments(words: self.words)
        try arguments.add(
            positional: self.message.args.map { try JSONSource($0).read(for: "--args") },
            keyword: self.message.kwargs.map { try JSONSource($0).read(for: "--kwargs") }
        )
        return TaskCall(self.name ?? "", arguments, options: options)
    }

    private func send(_ call: TaskCall, _ session: AppSession) async throws {
        let id = try await session.app.send([call])[0]
        let isDuplicate = id != call.options.taskID
        if isDuplicate {
            session.console.note("Not sent: the task \(TerminalText.escape(id)) holds the key of --unique.")
        }
        if self.wait {
            let waiter = ResultWaiter(session, sentTo: try session.app.queue(of: call))
            let status = try await waiter.printResult(of: id)
            if status != .success { throw ExitCode(status.rawValue) }
            return
        }
        if self.options.json {
            try session.console.print(
                JSONDocument(
                    "sent",
                    [
                        "id": .string(id), "task": .string(call.name), "duplicate": .bool(isDuplicate),
                    ]
                )
            )
        } else {
            try session.console.print(TerminalText.escape(id))
        }
        if isDuplicate { throw ExitCode(ExitStatus.rejected.rawValue) }
        session.console.hint("Its result: \(session.context.name) result \(id) --wait")
    }
}

extension AppSession {
    /// Prints the message of a call as it would travel.
    func printPreview(of call: TaskCall) throws {
        let message = try self.app.preview(call)
        try self.console.print(String(decoding: message.encoded(), as: UTF8.self))
    }
}
