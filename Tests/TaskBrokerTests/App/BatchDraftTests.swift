import CeleryProtocol
import Testing

@testable import TaskBroker
@testable import TaskBrokerTesting

/// Calls that are sent together have the messages that they would have alone.
struct BatchDraftTests {
    private static func payload(_ draft: MessageDraft) throws -> String {
        String(decoding: try draft.publication().payload, as: UTF8.self)
    }

    @Test func `Calls in a batch differ in ids and arguments only`() throws {
        let app = TaskApp.inMemory()
        let arguments = [TaskArguments([1]), TaskArguments([2], ["k": "v"]), TaskArguments()]
        let drafts = try app.drafts(of: "t", arguments, TaskOptions(queue: "q", priority: 3), LatestForm())
        #expect(Set(drafts.map(\.id)).count == 3)
        #expect(Set(drafts.map(\.message.properties.deliveryTag)).count == 3)
        for (draft, arguments) in zip(drafts, arguments) {
            #expect(draft.destination == .queue("q") && draft.priority == 3)
            let single = try app.draft(TaskCall("t", arguments, options: TaskOptions(queue: "q", priority: 3)))
            #expect(
                try Self.payload(single)
                    .replacing(single.id, with: draft.id)
                    .replacing(single.message.properties.deliveryTag, with: draft.message.properties.deliveryTag)
                    == Self.payload(draft)
            )
        }
    }

    @Test func `Each call of a batch has its own name and options`() throws {
        let app = TaskApp.inMemory()
        let calls = [
            TaskCall("a", options: TaskOptions(taskID: "one")), TaskCall("a", options: TaskOptions(taskID: "two")),
            TaskCall("b"), TaskCall("b", options: TaskOptions(queue: "q")),
            TaskCall("b", options: TaskOptions(queue: "q", headers: ["h": 1])),
            TaskCall("b", options: TaskOptions(queue: "q", headers: ["h": 2])), TaskCall("a"),
        ]
        let messages = try app.drafts(of: calls).map(\.message)
        #expect(messages.map(\.headers.task) == ["a", "a", "b", "b", "b", "b", "a"])
        #expect(messages.prefix(2).map(\.headers.id) == ["one", "two"])
        #expect(messages.map(\.headers.rootID) == messages.map(\.headers.id))
        #expect(messages.map(\.properties.correlationID) == messages.map(\.headers.id))
        #expect(messages.map(\.properties.routingKey) == ["celery", "celery", "celery", "q", "q", "q", "celery"])
        #expect(messages.map { $0.headers.custom["h"] } == [nil, nil, nil, nil, 1, 2, nil])
    }

    @Test func `Texts that only look the same stay different`() throws {
        let names = ["caf\u{E9}", "cafe\u{301}"]
        #expect(names[0] == names[1])
        let drafts = try TaskApp.inMemory().drafts(of: names.map { TaskCall($0, options: TaskOptions(queue: $0)) })
        for (draft, name) in zip(drafts, names) {
            #expect(draft.message.headers.task.utf8.elementsEqual(name.utf8))
            #expect(draft.destination.routingKey.utf8.elementsEqual(name.utf8))
        }
    }

    @Test func `A bad id is refused wherever it stands`() {
        let app = TaskApp.inMemory()
        let calls = [TaskCall("t"), TaskCall("t", options: TaskOptions(taskID: "a\nb"))]
        let error = #expect(throws: TaskBrokerError.self) { try app.drafts(of: calls) }
        #expect(error?.code == .invalidConfiguration)
    }
}
