import CeleryProtocol
import TaskBroker

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a command's exit means for its task: a pure function of the two.
enum CommandResult: Sendable {
    /// The task returned something.
    case value(JSONValue)
    /// The task asks for another attempt.
    case retry(TaskFailure)
    /// The task failed; by the retry policy of its file it may be tried again or not.
    case failure(any Error, isRetried: Bool)
    /// Nobody's fault, to be run again.
    case cancelled
}

extension CommandResult {
    init(_ exit: CommandExit, of task: CommandTask, limits: TimeLimits) {
        let failure = Failure(exit, task)
        switch (exit.reason, exit.status) {
        case (.tooMuchOutput?, _):
            self = .failure(failure.tooMuchOutput, isRetried: false)
        case (.hardLimit?, _):
            let excess = TimeLimitExceeded(duration: limits.hard ?? exit.elapsed, isSoft: false)
            self = .failure(excess, isRetried: task.retry.retriesEverything)
        case (_, .exited(0)):
            do {
                self = .value(try task.format.value(of: exit.output))
            } catch {
                self = .failure(failure.unreadable(error), isRetried: false)
            }
        case (_, .exited(let status)) where task.retry.statuses.contains(status):
            self = .retry(failure.ended(exit.status))
        case (.cancelled?, _):
            self = .cancelled
        case (.softLimit?, let status) where Self.isObedient(status):
            let excess = TimeLimitExceeded(duration: limits.soft ?? exit.elapsed, isSoft: true)
            self = .failure(excess, isRetried: task.retry.retriesEverything)
        case (_, let status):
            self = .failure(failure.ended(status), isRetried: task.retry.retriesEverything)
        }
    }

    /// Whether an exit only says that the command was asked to end: by the signal, or as a shell reports that of its child.
    private static func isObedient(_ status: ProcessEnd) -> Bool {
        status == .signalled(SIGTERM) || status == .exited(128 + SIGTERM)
    }
}

extension CommandTask.OutputFormat {
    /// The result that a standard output stands for.
    fileprivate func value(of output: [UInt8]) throws(CommandOutputError) -> JSONValue {
        switch self {
        case .none:
            return .null
        case .text:
            guard let text = String(validating: output, as: UTF8.self) else {
                throw CommandOutputError(message: "standard output is not UTF-8")
            }
            return .string(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        case .json:
            if output.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) { return .null }
            do throws(JSONError) {
                return try JSONValue(parsing: output)
            } catch {
                let advice = "print one JSON document and nothing else, or set 'output: text' or 'output: none'"
                throw CommandOutputError(message: "standard output is not JSON: \(error); \(advice)")
            }
        }
    }
}

/// A standard output that is no result.
private struct CommandOutputError: Error {
    let message: String
}

extension CommandResult {
    /// The words for what went wrong, with the end of the standard error as the traceback.
    private struct Failure {
        let errorText: String
        let outputLimit: Int

        init(_ exit: CommandExit, _ task: CommandTask) {
            self.errorText = String(decoding: exit.errorTail, as: UTF8.self)
            self.outputLimit = task.outputLimit
        }

        var tooMuchOutput: TaskFailure {
            let limit = ByteCount(UInt64(clamping: self.outputLimit))
            return self.failure("CommandOutputError", "standard output is longer than \(limit), its output_limit")
        }

        func unreadable(_ error: CommandOutputError) -> TaskFailure {
            self.failure("CommandOutputError", error.message)
        }

        /// The words for an end that is none of ours: `exit status 65 (EX_DATAERR): no such row`, `signal 11 (SIGSEGV)`.
        func ended(_ end: ProcessEnd) -> TaskFailure {
            switch end {
            case .exited(let status):
                let name = SystemExit.name(of: status).map { " (\($0))" } ?? ""
                return self.failure("CommandFailed", "\(end)\(name)" + self.lastWords)
            case .signalled:
                return self.failure("CommandKilled", "\(end)" + self.lastWords)
            }
        }

        private func failure(_ type: String, _ message: String) -> TaskFailure {
            TaskFailure(
                exception: ExceptionDocument(type: type, message: [.string(message)], module: "taskbroker"),
                traceback: self.errorText.isEmpty ? nil : self.errorText
            )
        }

        /// The last line that it wrote to its standard error: what most programs say before they give up.
        private var lastWords: String {
            let line = self.errorText.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
            return line.map { ": \($0.prefix(200))" } ?? ""
        }
    }
}
