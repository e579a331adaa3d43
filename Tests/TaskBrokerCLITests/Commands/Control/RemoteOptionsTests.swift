import ArgumentParser
import CeleryProtocol
import Testing

@testable import TaskBrokerCLI

/// Whole command lines of `inspect` and `control`, up to what is sent.
struct RemoteOptionsTests {
    @Test func `takes Celery's options`() throws {
        let command = try InspectCommand.parse(["active", "-d", "a@h,b@h", "-t", "2.5", "-j"])
        #expect(command.remote.destinations == ["a@h", "b@h"])
        #expect(command.remote.timeout(command.options).duration == .seconds(2.5))
        #expect(command.options.json)
        #expect(command.remote.target == "a@h, b@h")
    }

    @Test(arguments: [
        ([], 1.0, "every worker"), (["--timeout", "3"], 3, "every worker"),
        (["-t", "4", "--timeout", "3"], 4, "every worker"),
        (["--pattern", "w*"], 1, "every worker like 'w*'"), (["-d", "a@h"], 1, "a@h"),
    ])
    func `asks everybody for a second unless told otherwise`(words: [String], seconds: Double, target: String) throws {
        let command = try ControlCommand.parse(["shutdown"] + words)
        #expect(command.remote.timeout(command.options).duration == .seconds(seconds))
        #expect(command.remote.target == target)
    }

    @Test(
        arguments: [
            ("revoke", ["a"], #"{"terminate": true}"#, ["task_id": ["a"], "terminate": true]),
            ("rate_limit", [], #"{"task_name": "t", "rate_limit": "1/s"}"#, ["task_name": "t", "rate_limit": "1/s"]),
            ("shop_restock", [], #"{"n": 3}"#, ["n": 3]),
            ("pool_grow", ["2"], nil, ["n": 2]),
        ] as [(String, [String], String?, [String: JSONValue])]
    )
    func `further arguments come by name`(
        name: String,
        words: [String],
        kwargs: String?,
        arguments: [String: JSONValue]
    ) throws {
        let options = try RemoteOptions.parse(kwargs.map { ["--kwargs", $0] } ?? [])
        let request = try options.request(name, words, .control, program: "taskctl")
        #expect(request.method.name == name)
        #expect(request.arguments == arguments)
    }

    @Test(arguments: [
        (["inspect"], "method"),
        (["inspect", "frobnicate"], "There is no inspect method 'frobnicate'"),
        (["inspect", "frobnicate", "x", "--kwargs", "{}"], ""),
        (["control", "rate_limit", "t"], "needs <task> <rate>"),
        (["control", "shutdown", "-d", "a", "--pattern", "b"], "--destination or --pattern"),
        (["control", "shutdown", "-t", "soon"], "-t"),
        (["events", "--for", "soon"], "--for"),
        (["events", "--type", "a,,b"], "--type"),
    ])
    func `refuses what makes no sense before it connects`(words: [String], text: String) {
        let error = #expect(throws: (any Error).self) {
            let command = try RootCommand.parseAsRoot(words)
            // With --kwargs the method is looked at when the command runs.
            if let command = command as? InspectCommand {
                _ = try command.remote.request(command.method, command.words, .inspect, program: "taskctl")
            }
        }
        let message = error.map { RootCommand.fullMessage(for: $0) } ?? ""
        #expect(message.contains(text), "\(message)")
    }
}
