import CeleryProtocol
import FoundationEssentials
import Logging
import Testing

@testable import TaskBroker
@testable import TaskBrokerTesting

struct MessageDraftTests {
    private static let now = VirtualClock.defaultStart

    private func app(_ configuration: TaskAppConfiguration = .init()) -> TaskApp {
        .inMemory(configuration: configuration)
    }

    private func headers(_ draft: MessageDraft) throws -> TaskHeaders {
        try Envelope(decoding: draft.publication().payload).headers
    }

    @Test func `A plain call looks as Celery writes it`() throws {
        let draft = try self.app().draft(TaskCall("tasks.add", TaskArguments([2, "a"], ["k": 1])))
        let envelope = try Envelope(decoding: draft.publication().payload)
        let headers = envelope.headers
        #expect(headers.task == "tasks.add")
        #expect(headers.id.count == 36)
        #expect(headers.rootID == headers.id)
        #expect(headers.parentID == nil)
        #expect(headers.retries == 0)
        #expect(headers.eta == nil)
        #expect(headers.expires == nil)
        #expect(headers.timeLimit == nil)
        #expect(headers.softTimeLimit == nil)
        // The app does not know the task: whether its result is kept is for the worker to say.
        #expect(headers.ignoreResult == nil)
        #expect(headers.argsrepr == "(2, 'a')")
        #expect(headers.kwargsrepr == "{'k': 1}")
        #expect(headers.origin == "gen\(ProcessInfo.pid)@\(ProcessInfo.hostName)")
        #expect(envelope.properties.correlationID == headers.id)
        #expect(envelope.properties.exchange == "")
        #expect(envelope.properties.routingKey == "celery")
        #expect(envelope.properties.priority == 0)
        #expect(envelope.properties.replyTo?.isEmpty == false)
        #expect(try envelope.decodeBody() == TaskBody(args: [2, "a"], kwargs: ["k": 1]))
        #expect(draft.destination == .queue("celery"))
    }

    @Test(
        arguments: [
            .map(SignatureNode(.task("tasks.add")), over: [[1]]),
            .starmap(SignatureNode(.task("tasks.add")), over: [[1, 2]]),
            SignatureNode(.chunks(task: SignatureNode(.task("tasks.add")), items: [[1, 2]], size: 1)),
        ] as [SignatureNode]
    )
    func `A mapped task decides where its map goes`(canvas: SignatureNode) throws {
        let app = self.app(.init(routes: [.tasks("tasks.*", queue: "math")]))
        let call = try #require(try canvas.plan().calls.first)
        #expect(try app.draft(call).destination == .queue("math"))
    }

    @Test func `Two calls have two ids, and one origin to reply to`() throws {
        let app = self.app()
        let drafts = try [app.draft(TaskCall("t")), app.draft(TaskCall("t"))]
        let envelopes = try drafts.map { try Envelope(decoding: $0.publication().payload) }
        #expect(Set(envelopes.map(\.headers.id)).count == 2)
        #expect(Set(envelopes.map(\.properties.deliveryTag)).count == 2)
        #expect(Set(envelopes.map(\.properties.replyTo)).count == 1)
    }

    @Test func `Times are reckoned from the app's clock`() throws {
        let app = self.app()
        let countdown = TaskOptions(countdown: .seconds(10), expires: .milliseconds(1500))
        let relative = try app.draft(TaskCall("t", options: countdown))
        #expect(try self.headers(relative).eta == Self.now.adding(.seconds(10)))
        #expect(try self.headers(relative).expires == Self.now.adding(.milliseconds(1500)))
        #expect(relative.message.properties.expiration == "1500")

        let date = Date(timeIntervalSince1970: 1_800_000_000.25)
        let absolute = try app.draft(TaskCall("t", options: TaskOptions(countdown: .seconds(10), eta: date)))
        #expect(try self.headers(absolute).eta == Timestamp(microseconds: 1_800_000_000_250_000))
    }

    @Test func `Limits, headers, the id and the retry schedule of a call travel`() throws {
        let options = TaskOptions(
            timeLimit: .milliseconds(2500),
            softTimeLimit: .seconds(2),
            retry: .fixed(.seconds(7)),
            ignoresResult: true,
            taskID: "my id",
            headers: ["tenant": "a"]
        )
        let headers = try self.headers(self.app().draft(TaskCall("t", options: options)))
        #expect(headers.id == "my id")
        #expect(headers.timeLimit == 2.5)
        #expect(headers.softTimeLimit == 2)
        #expect(headers.ignoreResult == true)
        #expect(headers.custom["tenant"] == "a")
        #expect(RetrySchedule(headers: headers.custom) == .fixed(.seconds(7)))
    }

    @Test func `What a running task sends names its parent and its root`() throws {
        let app = self.app()
        let request = TaskRequest(
            headers: TaskHeaders(task: "parent", id: "p", rootID: "r"),
            delivery: DeliveryInfo(queue: "celery", routingKey: "celery")
        )
        let context = TaskContext(request: request, app: app, storesResults: true)
        let draft = try TaskContext.$current.withValue(context) { try app.draft(TaskCall("child")) }
        #expect(draft.message.headers.rootID == "r")
        #expect(draft.message.headers.parentID == "p")
    }

    @Test func `Options are inherited from the task, then the app`() throws {
        var configuration = TaskAppConfiguration()
        configuration.taskDefaults = TaskOptions(expires: .seconds(1), priority: 6, timeLimit: .seconds(1))
        let app = self.app(configuration)
        let task = app.task("t", options: .init(expires: .seconds(2), timeLimit: .seconds(2))) { (x: Int) in x }
        let draft = try app.draft(TaskCall(task.name, options: TaskOptions(timeLimit: .seconds(3))))
        #expect(draft.message.headers.timeLimit == 3)
        #expect(draft.message.headers.expires == Self.now.adding(.seconds(2)))
        #expect(draft.priority == 6)
        #expect(try app.draft(TaskCall("another")).message.headers.timeLimit == 1)
    }

    @Test(arguments: [
        ("call", "t.task", TaskOptions(queue: "call", priority: 1), "call", 1),
        ("task", "t.task", TaskOptions(), "task", 2),
        ("route", "routed.x", TaskOptions(), "route", 3),
        ("route without priority", "plain.x", TaskOptions(), "plain", 9),
        ("app", "other", TaskOptions(), "app", 9),
    ])
    func `A destination is decided by`(
        who: String,
        name: String,
        options: TaskOptions,
        queue: String,
        priority: Int
    ) throws {
        var configuration = TaskAppConfiguration()
        configuration.routes = [
            .tasks("routed.*", queue: "route", priority: 3), .tasks("t.*", queue: "never"),
            .tasks("plain.*", queue: "plain"),
        ]
        configuration.taskDefaults = TaskOptions(queue: "app", priority: 9)
        let app = self.app(configuration)
        app.task("t.task", options: .init(queue: "task", priority: 2)) { (x: Int) in x }
        let draft = try app.draft(TaskCall(name, options: options))
        #expect(draft.destination == .queue(queue))
        #expect(draft.priority == priority)
        #expect(draft.message.properties.routingKey == queue)
        #expect(draft.message.properties.priority == priority)
    }

    @Test(arguments: [
        TaskCall(""),
        TaskCall("a\u{6}b"),
        TaskCall(String(repeating: "x", count: 256)),
        TaskCall("t", options: TaskOptions(taskID: "")),
        TaskCall("t", options: TaskOptions(taskID: "a\nb")),
        TaskCall("t", options: TaskOptions(taskID: String(repeating: "x", count: 256))),
        TaskCall("t", options: TaskOptions(queue: "a\u{16}")),
    ])
    func `Names that others would choke on are refused, and nothing is sent`(call: TaskCall) async throws {
        let app = self.app()
        await #expect(throws: (any Error).self) { try await app.send([TaskCall("fine"), call]) }
        #expect(app.published.isEmpty)
    }
}
