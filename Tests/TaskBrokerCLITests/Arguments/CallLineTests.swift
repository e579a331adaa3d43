import CeleryProtocol
import TaskBroker
import Testing

@testable import TaskBrokerCLI

struct CallLineTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func call(_ line: String, task: String? = nil, options: TaskOptions = .init()) throws -> TaskCall {
        try CallLine.call(Array(line.utf8), task: task, options: options, now: self.now)
    }

    @Test func `reads every member`() throws {
        let call = try self.call(
            """
            {"task": "tasks.add", "args": [1], "kwargs": {"y": 2}, "queue": "mail", "countdown": "5m", "expires": 60, \
            "priority": 3, "id": "x", "unique": "key"}
            """
        )
        #expect(call.name == "tasks.add")
        #expect(call.arguments == TaskArguments([1], ["y": 2]))
        #expect(call.options.queue == "mail")
        #expect(call.options.countdown == .seconds(300))
        #expect(call.options.expires == .seconds(60))
        #expect(call.options.priority == 3)
        #expect(call.options.taskID == "x")
        #expect(call.options.unique == UniqueKey("key"))
    }

    @Test func `with a name, a line is the arguments`() throws {
        #expect(try self.call("[1, 2]", task: "t").arguments == TaskArguments([1, 2]))
        #expect(try self.call("{\"task\": 1}", task: "t").arguments == TaskArguments([], ["task": 1]))
        #expect(try self.call("[]", task: "t", options: .init(queue: "q")).options.queue == "q")
    }

    @Test func `a member counts more than the command line`() throws {
        let call = try self.call(
            "{\"task\": \"t\", \"exchange\": \"e\", \"routing_key\": \"k\", \"eta\": \"2030-01-01T00:00:00Z\"}",
            options: .init(countdown: .seconds(1), queue: "q")
        )
        #expect(call.options.queue == nil)
        #expect(call.options.exchange == "e")
        #expect(call.options.routingKey == "k")
        #expect(call.options.countdown == nil)
        #expect(call.options.eta != nil)
    }

    @Test func `null is absent`() throws {
        #expect(try self.call("{\"task\": \"t\", \"queue\": null, \"args\": null}") == TaskCall("t"))
    }

    @Test(arguments: [
        ("", "not JSON"),
        ("nonsense", "not JSON"),
        ("{\"task\": \"t\"", "not JSON"),
        ("{\"task\": \"t\"} x", "not JSON"),
        ("\u{0}", "not JSON"),
        (String(repeating: "[", count: 10_000), "not JSON"),
        ("{\"task\": \"\u{1}\"}", "not JSON"),
        ("[1]", "an object such as"),
        ("1", "an object such as"),
        ("{}", "'task' is missing"),
        ("{\"task\": 1}", "'task' has to be a string"),
        ("{\"task\": \"t\", \"arg\": []}", "did you mean 'args'"),
        ("{\"task\": \"t\", \"args\": {}}", "'args' has to be an array"),
        ("{\"task\": \"t\", \"kwargs\": []}", "'kwargs' has to be an object"),
        ("{\"task\": \"t\", \"priority\": 10}", "from 0 to 9"),
        ("{\"task\": \"t\", \"priority\": -1}", "from 0 to 9"),
        ("{\"task\": \"t\", \"countdown\": -5}", "'countdown' has to be"),
        ("{\"task\": \"t\", \"countdown\": 1e300}", "'countdown' has to be"),
        ("{\"task\": \"t\", \"countdown\": NaN}", "'countdown' has to be"),
        ("{\"task\": \"t\", \"eta\": \"tomorrow\"}", "ISO 8601"),
        ("{\"task\": \"t\", \"expires\": []}", "'expires' has to be"),
    ])
    func `says what is wrong with a line`(line: String, expected: String) {
        #expect { try self.call(line) } throws: { error in
            guard let error = error as? CommandError else { return false }
            return error.status == .rejected && error.message.contains(expected)
        }
    }

    @Test func `bytes that are no UTF-8 are not JSON`() {
        #expect(throws: CommandError.self) {
            try CallLine.call([0x22, 0xFF, 0x22], task: nil, options: .init(), now: self.now)
        }
    }
}
