import FoundationEssentials
import Testing

@testable import TaskBroker

struct TaskOptionsTests {
    private static let all = TaskOptions(
        countdown: .seconds(1),
        expires: .seconds(2),
        queue: "q",
        exchange: "e",
        routingKey: "k",
        priority: 3,
        timeLimit: .seconds(4),
        softTimeLimit: .seconds(5),
        retry: .fixed(.seconds(6)),
        ignoresResult: true,
        unique: UniqueKey("u"),
        headers: ["a": 1]
    )

    @Test func `What is open is inherited, what is set stays`() {
        #expect(TaskOptions().inheriting(from: Self.all) == Self.all)
        #expect(Self.all.inheriting(from: TaskOptions()) == Self.all)
        let own = TaskOptions(priority: 0, timeLimit: .seconds(9), ignoresResult: false)
        let merged = own.inheriting(from: Self.all)
        #expect(merged.priority == 0)
        #expect(merged.timeLimit == .seconds(9))
        #expect(merged.softTimeLimit == .seconds(5))
        #expect(merged.ignoresResult == false)
    }

    @Test func `An id is never inherited`() {
        #expect(TaskOptions().inheriting(from: TaskOptions(taskID: "1")).taskID == nil)
        #expect(TaskOptions(taskID: "2").inheriting(from: TaskOptions(taskID: "1")).taskID == "2")
    }

    @Test func `A time is inherited as a whole`() {
        let date = Date(timeIntervalSince1970: 1)
        let merged = TaskOptions(eta: date).inheriting(from: Self.all)
        #expect(merged.eta == date)
        #expect(merged.countdown == nil)
    }

    @Test(arguments: [TaskOptions(queue: "x"), TaskOptions(exchange: "x"), TaskOptions(routingKey: "x")])
    func `A destination is inherited as a whole`(own: TaskOptions) {
        let merged = own.inheriting(from: Self.all)
        #expect([merged.queue, merged.exchange, merged.routingKey] == [own.queue, own.exchange, own.routingKey])
        #expect(merged.priority == 3)
    }

    @Test func `Headers are merged, the call's own win`() {
        let merged = TaskOptions(headers: ["a": 2, "b": 3]).inheriting(from: Self.all)
        #expect(merged.headers == ["a": 2, "b": 3])
        #expect(TaskOptions(headers: ["b": 3]).inheriting(from: Self.all).headers == ["a": 1, "b": 3])
    }
}
