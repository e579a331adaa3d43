import ArgumentParser

/// One run of one command: reads the command line, runs the command, and turns what it throws into words and a status.
struct Invocation: Sendable {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }
}

extension Invocation {
    // Not on the caller's executor: commands are no `Sendable` values, and ArgumentParser runs them on the pool.
    @concurrent
    func run() async -> ExitStatus {
        let command: any ParsableCommand
        do {
            if let topic = HelpTopic(self.context.arguments) {
                try self.context.output.write(topic.text)
                return self.flushed(.success)
            }
            let order = CommandLineOrder(RootCommand.self)
            command = try RootCommand.parseAsRoot(order.arranged(self.context.arguments))
        } catch let error as CommandError {
            return self.status(of: error)
        } catch {
            return self.explain(error)
        }
        return await self.run(command)
    }

    @concurrent
    private func run(_ command: sending any ParsableCommand) async -> ExitStatus {
        do {
            var command = command
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                // Only the parser's own commands are not asynchronous: help, which it throws.
                do { try command.run() } catch { return self.explain(error) }
            }
            return self.flushed(.success)
        } catch {
            return self.status(of: error)
        }
    }
}

// MARK: Ending

extension Invocation {
    private func status(of error: any Error) -> ExitStatus {
        switch error {
        case is OutputClosed:
            return .success
        case let code as ExitCode:
            return self.flushed(ExitStatus(rawValue: code.rawValue))
        case is ValidationError, is CleanExit:
            return self.explain(error)
        default:
            let error = CommandError(error)
            let console = Console(
                output: self.context.output,
                errors: self.context.errors,
                environment: self.context.variables
            )
            let status = self.flushed(error.status)
            console.report(error)
            return status
        }
    }

    /// Prints help and versions, which the parser throws as errors too, and what is wrong with a command line.
    private func explain(_ error: any Error) -> ExitStatus {
        let status = ExitStatus(rawValue: RootCommand.exitCode(for: error).rawValue)
        let text = RootCommand.fullMessage(for: error) + "\n"
        if status == .success {
            try? self.context.output.write(text)
        } else {
            try? self.context.errors.write(TerminalText.escapeLines(text))
            try? self.context.errors.flush()
        }
        return self.flushed(status)
    }

    /// The status to end with after everything is written: a full disk must not look like success.
    private func flushed(_ status: ExitStatus) -> ExitStatus {
        do {
            try self.context.output.flush()
            return status
        } catch is OutputClosed {
            return status
        } catch {
            return status == .success ? .failure : status
        }
    }
}
