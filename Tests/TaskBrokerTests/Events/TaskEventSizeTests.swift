import CeleryProtocol
import Logging
import TaskBrokerTesting
import Testing

@testable import TaskBroker

struct TaskEventSizeTests {
    private static let text = String(repeating: "x", count: 5_000)
    private static let small = TaskHeaders(task: "t", id: "1", argsrepr: "(1,)", stamps: ["a": 1])

    struct Case: Sendable {
        var event: TaskEvent
        var isLarge: Bool
    }

    @Test(arguments: [
        Case(event: .received(small), isLarge: false),
        Case(event: .received(TaskHeaders(task: "t", id: "1", argsrepr: text)), isLarge: true),
        Case(
            event: .sent(
                TaskHeaders(task: "t", id: "1", stamps: ["a": .string(text)]),
                queue: nil,
                exchange: "",
                routingKey: ""
            ),
            isLarge: true
        ),
        Case(event: .succeeded(id: "1", result: ["a": [1, "b"]], runtime: .zero), isLarge: false),
        Case(event: .succeeded(id: "1", result: .string(text), runtime: .zero), isLarge: true),
        Case(
            event: .succeeded(id: "1", result: .array(Array(repeating: 1, count: 1_000)), runtime: .zero),
            isLarge: true
        ),
        Case(event: .succeeded(id: "1", result: .object([text: 1]), runtime: .zero), isLarge: true),
        Case(
            event: .failed(id: "1", ExceptionDocument(type: "E", message: ["no"], module: nil), traceback: nil),
            isLarge: false
        ),
        Case(
            event: .failed(id: "1", ExceptionDocument(type: "E", message: ["no"], module: nil), traceback: text),
            isLarge: true
        ),
        Case(
            event: .retried(
                id: "1",
                cause: ExceptionDocument(type: "E", message: [.string(text)], module: nil),
                traceback: nil
            ),
            isLarge: true
        ),
        Case(event: .started(id: "1"), isLarge: false),
    ])
    func `what holds on to much is told from what does not`(_ test: Case) {
        #expect(test.event.isLarge == test.isLarge)
    }

    @Test func `an event with a large result waits as the text that is sent of it`() {
        let publisher = EventPublisher(
            node: "w@h",
            broker: TaskApp.inMemory().broker,
            clock: LogicalClock(),
            configuration: EventConfiguration(sendsTaskEvents: true),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            vitals: { .current }
        )
        publisher.send(.succeeded(id: "small", result: 1, runtime: .zero))
        publisher.send(.succeeded(id: "large", result: .string(Self.text), runtime: .zero))
        let waiting = publisher.state.withLock { $0.tasks.take(.max) }
        guard waiting.count == 2, case .fresh = waiting[0], case .encoded(let document) = waiting[1] else {
            Issue.record("\(waiting)")
            return
        }
        #expect(document.clock == 2 && document.taskID == "large")
        #expect((document[.result]?.stringValue?.count ?? .max) < 1_100)
    }
}
