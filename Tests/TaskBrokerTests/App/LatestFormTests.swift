import CeleryProtocol
import Synchronization
import Testing

@testable import TaskBroker
@testable import TaskBrokerTesting

/// A task's calls share a form where none of them could tell, and only there.
struct LatestFormTests {
    private static func messages(
        _ app: TaskApp,
        _ options: [TaskOptions] = [.init(), .init()]
    ) throws -> [MessageDraft] {
        let latest = LatestForm()
        return try options.flatMap { try app.drafts(of: "t", [TaskArguments([1])], $0, latest) }
    }

    @Test func `Calls with the same options share a form and have ids of their own`() throws {
        let drafts = try Self.messages(.inMemory())
        #expect(drafts[0].form === drafts[1].form)
        #expect(drafts[0].id != drafts[1].id)
        #expect(drafts[0].message.properties.deliveryTag != drafts[1].message.properties.deliveryTag)
    }

    @Test func `Calls with other options have another form`() throws {
        let options = [TaskOptions(), TaskOptions(queue: "q"), TaskOptions(queue: "q", taskID: "own"), TaskOptions()]
        let drafts = try Self.messages(.inMemory(), options)
        #expect(drafts.map(\.destination) == [.queue("celery"), .queue("q"), .queue("q"), .queue("celery")])
        #expect(drafts[2].id == "own" && drafts[3].id != "own")
    }

    @Test func `Times count from each call`() throws {
        let seconds = Counter()
        let memory = TaskApp.inMemory()
        let app = TaskApp(broker: memory.broker, backend: memory.backend, logger: memory.logger) {
            Timestamp(microseconds: seconds.next() * 1_000_000)
        }
        let options = TaskOptions(countdown: .seconds(1), expires: .seconds(5))
        let headers = try Self.messages(app, [options, options]).map(\.message.headers)
        #expect(headers[0].eta != headers[1].eta)
        #expect(headers[0].expires != headers[1].expires)
    }

    @Test func `A route that is a function is asked each time`() throws {
        let calls = Counter()
        let routes = [Route { _ in RouteTarget(queue: "q\(calls.next())") }]
        let drafts = try Self.messages(.inMemory(configuration: .init(routes: routes)))
        #expect(drafts.map(\.destination) == [.queue("q1"), .queue("q2")])
    }

    @Test func `What a task sends names the task`() throws {
        let app = TaskApp.inMemory()
        let latest = LatestForm()
        let draft = { try app.drafts(of: "t", [TaskArguments()], .init(), latest)[0] }
        _ = try draft()
        let request = TaskRequest(
            headers: TaskHeaders(task: "parent", id: "p", rootID: "r"),
            delivery: DeliveryInfo(queue: "celery", routingKey: "celery")
        )
        let context = TaskContext(request: request, app: app, storesResults: true)
        let child = try TaskContext.$current.withValue(context) { try draft() }
        #expect(child.message.headers.parentID == "p")
        #expect(try draft().message.headers.parentID == nil)
    }
}

private final class Counter: Sendable {
    private let count = Atomic<Int64>(0)

    func next() -> Int64 { self.count.wrappingAdd(1, ordering: .relaxed).newValue }
}
