import CeleryProtocol
import Testing

@testable import TaskBrokerCLI

/// What words of a command line become on the wire.
struct RemoteMethodTests {
    static func method(_ name: String) throws -> RemoteMethod {
        try #require(RemoteMethod.named(name, .inspect) ?? RemoteMethod.named(name, .control))
    }

    @Test(
        arguments: [
            ("ping", [], [:]),
            ("dump_active", [], [:]),
            ("conf", [], [:]),
            ("conf", ["yes"], ["with_defaults": true]),
            ("objgraph", ["Request", "200", "10"], ["type": "Request", "num": 200, "max_depth": 10]),
            ("memdump", ["5"], ["samples": 5]),
            ("query_task", ["a", "b"], ["ids": ["a", "b"]]),
            ("registered", [], ["taskinfoitems": []]),
            ("registered", ["rate_limit"], ["taskinfoitems": ["rate_limit"]]),
            (
                "add_consumer", ["q", "e", "topic", "k.#"],
                ["queue": "q", "exchange": "e", "exchange_type": "topic", "routing_key": "k.#"]
            ),
            ("autoscale", ["10", "3"], ["max": 10, "min": 3]),
            ("pool_grow", [], [:]),
            ("pool_shrink", ["2"], ["n": 2]),
            ("rate_limit", ["t", "10/m"], ["task_name": "t", "rate_limit": "10/m"]),
            ("time_limit", ["t", "30", "60.5"], ["task_name": "t", "soft": 30.0, "hard": 60.5]),
            ("revoke", ["a", "b"], ["task_id": ["a", "b"]]),
            ("terminate", ["SIGKILL", "a"], ["signal": "SIGKILL", "task_id": ["a"]]),
            ("revoke_by_stamped_headers", ["k=1", "k=a=b", "l="], ["headers": ["k": ["1", "a=b"], "l": [""]]]),
            ("shutdown", [], [:]),
        ] as [(String, [String], [String: JSONValue])]
    )
    func `takes the words that Celery takes`(name: String, words: [String], arguments: [String: JSONValue]) throws {
        #expect(try Self.method(name).arguments(words) == arguments)
    }

    @Test(arguments: [
        ("ping", ["x"], "'x' is one argument too many for 'ping'."),
        ("rate_limit", ["t"], "'rate_limit' needs <task> <rate>."),
        ("pool_grow", ["many"], "'many' is no whole number for n."),
        ("time_limit", ["t", "inf"], "'inf' is no number for soft."),
        ("conf", ["maybe"], "'maybe' is no yes or no for with_defaults."),
        ("revoke_by_stamped_headers", ["k"], "'k' is not KEY=VALUE."),
        ("revoke_by_stamped_headers", ["=v"], "'=v' is not KEY=VALUE."),
        ("revoke", [], "'revoke' needs <id> [id …]."),
        ("query_task", [], "'query_task' needs <id> [id …]."),
        ("terminate", ["SIGTERM"], "'terminate' needs <signal> <id> [id …]."),
    ])
    func `says what is missing or wrong`(name: String, words: [String], message: String) throws {
        let method = try Self.method(name)
        let error = #expect(throws: CommandError.self) { try method.arguments(words) }
        #expect(error?.status == .usage)
        #expect(error?.message == message)
        #expect(error?.advice?.hasPrefix("It is written: \(method.kind.rawValue) \(name)") == true)
    }

    @Test(arguments: [
        ("pnig", RemoteMethod.Kind.inspect, "Did you mean 'ping'?"),
        ("shutdown", .inspect, "control shutdown"),
        ("stats", .control, "inspect stats"),
        ("frobnicate", .control, "rate_limit <task> <rate>"),
        ("frobnicate", .inspect, "--kwargs"),
    ])
    func `helps with names that are none`(name: String, kind: RemoteMethod.Kind, advice: String) {
        let error = RemoteMethod.unknown(name, kind, program: "taskctl")
        #expect(error.status == .usage)
        #expect(error.message == "There is no \(kind.rawValue) method '\(name)'.")
        #expect(error.advice?.contains(advice) == true)
    }

    /// Celery 5.7's `Panel.meta`, without what is not visible.
    @Test func `knows every method of Celery`() {
        #expect(
            RemoteMethod.all(.inspect).map(\.name) == [
                "active", "active_queues", "clock", "conf", "memdump", "memsample", "objgraph", "ping", "query_task",
                "registered", "report", "reserved", "revoked", "scheduled", "stats",
            ]
        )
        #expect(
            RemoteMethod.all(.control).map(\.name) == [
                "add_consumer", "autoscale", "cancel_consumer", "disable_events", "election", "enable_events",
                "heartbeat", "pool_grow", "pool_restart", "pool_shrink", "rate_limit", "revoke",
                "revoke_by_stamped_headers", "shutdown", "terminate", "time_limit",
            ]
        )
    }

    @Test(arguments: [RemoteMethod.Kind.inspect, .control])
    func `the list of methods fits a terminal`(kind: RemoteMethod.Kind) {
        let lines = RemoteMethod.table(kind).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(RemoteMethod.all(kind).allSatisfy { $0.help.hasSuffix(".") || $0.help.hasSuffix("…") })
    }
}
