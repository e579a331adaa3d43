import CeleryProtocol
import TaskBrokerTesting
import Testing

@testable import TaskBroker

/// Results, errors and tracebacks that are too large: X15 of the design.
@Suite(.timeLimit(.minutes(1))) struct ResultLimitsTests {
    private static func success(_ count: Int) -> TaskOutcome { .success(.string(String(repeating: "x", count: count))) }

    @Test func `a value may have a mebibyte, and one byte more makes a failure that says so`() throws {
        let limits = ResultLimits()
        // Two of the bytes are quotation marks.
        guard case .success = limits.limited(Self.success((1 << 20) - 2), of: "t") else {
            Issue.record("refused")
            return
        }
        guard case .failure(let exception, let traceback) = limits.limited(Self.success((1 << 20) - 1), of: "t") else {
            Issue.record("taken")
            return
        }
        #expect(exception.type == "EncodeError")
        #expect(exception.message.first?.stringValue?.contains("1048577 bytes of JSON, more than the 1048576") == true)
        #expect(traceback?.contains("EncodeError") == true)
    }

    @Test func `tracebacks and errors that are too large lose their ends`() {
        let limits = ResultLimits(maximumBytes: 1000, maximumText: 100)
        func failure(_ text: Int, _ traceback: Int) -> (String?, Int?) {
            let exception = ExceptionDocument(
                type: "E",
                message: [.string(String(repeating: "m", count: text))],
                module: "m"
            )
            let outcome = TaskOutcome.failure(exception, traceback: String(repeating: "t", count: traceback))
            guard case .failure(let limited, let text) = limits.limited(outcome, of: "t") else { return (nil, nil) }
            return (limited.message.first?.stringValue, text?.count)
        }
        #expect(failure(500, 100).1 == 100)
        #expect(failure(500, 101).1 == 103)
        #expect(failure(500, 0).0?.count == 500)
        #expect(failure(2000, 0).0 == String(repeating: "m", count: 100) + "...")
        #expect(ResultLimits().maximumText == 65_536)
    }

    @Test func `a task that returns too much has failed, and so has what follows it`() async throws {
        let app = TaskApp.inMemory(configuration: .init(maxResultBytes: 100))
        let large = app.task("large") { (count: Int) in String(repeating: "x", count: count) }
        let next = app.task("next") { (text: String) in text.count }
        let ignored = app.task("ignored", options: .init(ignoresResult: true)) { () in
            String(repeating: "x", count: 101)
        }
        try await withWorker(app) {
            try #expect(await large.delay(98).get() == String(repeating: "x", count: 98))
            let failure = try await #require(throws: TaskFailure.self) { try await large.delay(99).get() }
            #expect(failure.type == "EncodeError")
            // A link is a way out of the cap only for who keeps nothing.
            let chained = try await #require(throws: TaskFailure.self) {
                try await (large.s(99) | next.partial()).delay().get()
            }
            #expect(chained.type == "EncodeError")
            try await ignored.delay()
            try #expect(await large.delay(1).get() == "x")
        }
        #expect(app.deadLetters.isEmpty)
    }

    @Test func `a message that no worker would take is not sent`() async throws {
        let app = TaskApp.inMemory()
        let text = JSONValue.string(String(repeating: "x", count: 7 << 20))
        let error = try await #require(throws: TaskBrokerError.self) { try await app.sendTask("t", args: [text]) }
        #expect(error.code == .messageTooLarge)
        #expect(error.message.contains("more than the 8388608"))
        let many = [TaskCall("a", TaskArguments([])), TaskCall("b", TaskArguments([text]))]
        await #expect(throws: TaskBrokerError.self) { try await app.send(many) }
        var deep = JSONValue.null
        for _ in 0..<100 { deep = [deep] }
        let second = try await #require(throws: TaskBrokerError.self) {
            try await app.sendTask("t", kwargs: ["k": deep])
        }
        #expect(second.code == .messageTooLarge)
        #expect(throws: TaskBrokerError.self) { try app.preview(TaskCall("t", TaskArguments([text]))) }
        #expect(app.published.isEmpty)
    }

    @Test func `a chord whose results are too large together fails, and does not wait`() async throws {
        let app = TaskApp.inMemory()
        let large = app.task("large") { (_: Int) in String(repeating: "x", count: 1_000_000) }
        let total = app.task("total") { (texts: [String]) in texts.count }
        try await withWorker(app) {
            let result = try await chord((0..<8).map { large.s($0) }, total.partial()).delay()
            let failure = try await #require(throws: TaskFailure.self) { try await result.get() }
            #expect(failure.message.contains("more than the 8388608"))
        }
        #expect(app.deadLetters.isEmpty)
    }
}
