import CeleryProtocol
import TaskBroker
import Testing

@testable import TaskBrokerCLI

struct CommandResultTests {
    private func task(_ format: CommandTask.OutputFormat = .json, retry: CommandRetry = .init()) -> CommandTask {
        CommandTask(name: "t", executable: "/bin/true", words: [.literal("true")], format: format, retry: retry)
    }

    private func result(
        _ status: ProcessEnd,
        _ reason: CommandWatch.Reason? = nil,
        output: String = "",
        errors: String = "",
        of task: CommandTask? = nil
    ) -> CommandResult {
        CommandResult(
            CommandExit(status: status, reason: reason, output: Array(output.utf8), errorTail: Array(errors.utf8)),
            of: task ?? self.task(),
            limits: TimeLimits(soft: .seconds(5), hard: .seconds(10))
        )
    }

    private func value(_ result: CommandResult) -> JSONValue? {
        if case .value(let value) = result { value } else { nil }
    }

    private func failure(_ result: CommandResult) -> (document: ExceptionDocument, traceback: String?, isRetried: Bool)?
    {
        guard case .failure(let error, let isRetried) = result else { return nil }
        return (ExceptionDocument(error), (error as? TaskFailure)?.traceback, isRetried)
    }

    @Test(arguments: [
        (CommandTask.OutputFormat.json, "{\"a\": [1, 2.5]}\n", ["a": [1, 2.5]] as JSONValue),
        (.json, "", nil),
        (.json, " \n", nil),
        (.json, "\"é\"", "é"),
        (.text, "two\nlines\n", "two\nlines"),
        (.text, "", ""),
        (.none, "anything", nil),
    ])
    func `exit 0 is a result`(format: CommandTask.OutputFormat, output: String, expected: JSONValue) {
        #expect(self.value(self.result(.exited(0), output: output, of: self.task(format))) == expected)
        // Who ends well in spite of being asked to end has ended well.
        #expect(self.value(self.result(.exited(0), .softLimit, output: output, of: self.task(format))) == expected)
        #expect(self.value(self.result(.exited(0), .cancelled, output: output, of: self.task(format))) == expected)
    }

    @Test(arguments: ["oops", "1 2", "{\"a\": 1} trailing", String(repeating: "[", count: 100)])
    func `output that is not JSON is a failure that says what to do`(output: String) throws {
        let failure = try #require(self.failure(self.result(.exited(0), output: output, errors: "debug\n")))
        #expect(failure.document.type == "CommandOutputError")
        #expect(failure.document.message[0].stringValue?.contains("output: text") == true)
        #expect(failure.traceback == "debug\n")
        #expect(!failure.isRetried)
    }

    @Test func `an exit status is named, with the last line that the command said`() throws {
        let failure = try #require(self.failure(self.result(.exited(65), errors: "reading\nno such row\n\n")))
        #expect(failure.document.type == "CommandFailed")
        #expect(failure.document.message == ["exit status 65 (EX_DATAERR): no such row"])
        #expect(failure.traceback == "reading\nno such row\n\n")
        #expect(self.failure(self.result(.exited(1)))?.document.message == ["exit status 1"])
    }

    @Test func `a signal is named`() throws {
        let failure = try #require(self.failure(self.result(.signalled(11))))
        #expect(failure.document.type == "CommandKilled")
        #expect(failure.document.message == ["signal 11 (SIGSEGV)"])
    }

    @Test func `EX_TEMPFAIL asks for a retry, as do the statuses of the file instead`() {
        guard case .retry = self.result(.exited(75)) else { return #expect(Bool(false), "75 is no retry") }
        let task = self.task(retry: CommandRetry(statuses: [69]))
        guard case .retry = self.result(.exited(69), of: task) else { return #expect(Bool(false), "69 is no retry") }
        #expect(self.failure(self.result(.exited(75), of: task))?.isRetried == false)
    }

    @Test func `'on: any' retries failures, signals and limits, but no output that cannot be read`() {
        let task = self.task(retry: CommandRetry(retriesEverything: true))
        #expect(self.failure(self.result(.exited(1), of: task))?.isRetried == true)
        #expect(self.failure(self.result(.signalled(9), of: task))?.isRetried == true)
        #expect(self.failure(self.result(.signalled(9), .hardLimit, of: task))?.isRetried == true)
        #expect(self.failure(self.result(.exited(0), output: "x", of: task))?.isRetried == false)
    }

    @Test func `limits have the names that Celery's pool gives them`() throws {
        let hard = try #require(self.failure(self.result(.signalled(9), .hardLimit))).document
        #expect(hard == ExceptionDocument(type: "TimeLimitExceeded", message: [10], module: "billiard.exceptions"))
        for status in [ProcessEnd.signalled(15), .exited(143)] {
            let soft = try #require(self.failure(self.result(status, .softLimit))).document
            #expect(soft.type == "SoftTimeLimitExceeded")
        }
        // It was asked to end and has something of its own to say about that.
        #expect(self.failure(self.result(.exited(3), .softLimit))?.document.type == "CommandFailed")
    }

    @Test func `a command that was cancelled is to be run again`() {
        guard case .cancelled = self.result(.signalled(15), .cancelled) else { return #expect(Bool(false)) }
        guard case .cancelled = self.result(.exited(1), .cancelled) else { return #expect(Bool(false)) }
    }

    @Test func `too much output is a failure whatever the status`() throws {
        let failure = try #require(self.failure(self.result(.signalled(9), .tooMuchOutput)))
        #expect(failure.document.type == "CommandOutputError")
        #expect(failure.document.message[0].stringValue?.contains("1 MiB") == true)
    }
}
