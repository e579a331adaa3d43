import TaskBroker
import Testing

@testable import TaskBrokerCLI

struct ExitStatusTests {
    @Test(
        arguments: [
            (TaskBrokerError.Code.invalidConfiguration, 78), (.brokerUnavailable, 69), (.publishRefused, 6),
            (.argumentMismatch, 6), (.encodingFailed, 6), (.timedOut, 124), (.notFound, 3), (.revoked, 5),
            (.cancelled, 130),
            (.queueFull, 75), (.messageTooLarge, 6), (.publishUncertain, 8),
        ] as [(TaskBrokerError.Code, Int32)]
    )
    func `errors of the library have statuses of their own`(code: TaskBrokerError.Code, expected: Int32) {
        let error = CommandError(TaskBrokerError(code, "what happened"))
        #expect(error.status.rawValue == expected)
        #expect(error.message == "what happened")
    }

    @Test func `failed tasks and interruptions have theirs`() {
        #expect(CommandError(TaskFailure(type: "ValueError", message: "x")).status == .taskFailed)
        #expect(CommandError(CancellationError()).status == .interrupted)
        #expect(CommandError(OutputClosed()).status == .failure)
        #expect(CommandError(CommandError(.rejected, "no")) == CommandError(.rejected, "no"))
    }

    @Test func `each status is explained once`() {
        let numbers = TaskBrokerCLI.ExitStatus.meanings.map(\.status.rawValue)
        #expect(Set(numbers).count == numbers.count)
        #expect(numbers == numbers.sorted())
        #expect(TaskBrokerCLI.ExitStatus.table.split(separator: "\n").count == numbers.count)
    }
}
