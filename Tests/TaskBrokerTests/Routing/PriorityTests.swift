import TaskBroker
import Testing

struct PriorityTests {
    /// Recorded from `apply_async(priority=…)` of Celery 5.7.0 [v: message-priority].
    @Test(arguments: [
        ("celery", [0, 1, 2]),
        ("celery\u{06}\u{16}3", [3, 4, 5]),
        ("celery\u{06}\u{16}6", [6, 7, 8]),
        ("celery\u{06}\u{16}9", [9, 42]),
    ])
    func `puts a message into the list that kombu does`(list: String, priorities: [Int]) {
        for priority in priorities {
            #expect(Priority.list(queue: "celery", step: Priority.step(for: priority)) == list)
        }
        #expect(Priority.queue(ofList: list) == "celery")
    }

    @Test(arguments: [(-1, 0), (.min, 0), (10, 9), (.max, 9)])
    func `clamps priorities`(priority: Int, step: Int) {
        #expect(Priority.step(for: priority) == step)
    }

    /// Recorded: the `BRPOP` of a Python worker [v: brpop-priority].
    @Test func `serves the lists in the order of Python workers`() {
        let lists = Priority.steps.map { Priority.list(queue: "celery", step: $0) }
        #expect(lists == ["celery", "celery\u{06}\u{16}3", "celery\u{06}\u{16}6", "celery\u{06}\u{16}9"])
    }

    @Test(arguments: ["", "login", "a3", "\u{06}", "\u{16}", "\u{16}\u{06}3"])
    func `a list without separator is its queue`(list: String) {
        #expect(Priority.queue(ofList: list) == list)
    }

    @Test func `only the last separator counts`() {
        #expect(Priority.queue(ofList: "a\u{06}\u{16}b\u{06}\u{16}3") == "a\u{06}\u{16}b")
    }
}
