import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// Text from messages reaches logs and terminals as text (`reliability.md` X13), secrets do not (X14), and names are names (X16).
@Suite(.timeLimit(.minutes(5))) struct HostileTextTests {
    /// Clears the screen, sets the clipboard, makes a link, writes backwards, forges a line, ends a C string.
    static let payload =
        "\u{1B}[2J\u{1B}]52;c;aGk=\u{7}\u{1B}]8;;http://x\u{1B}\\\u{9B}31m\u{202E}\r\nFAKE line\u{2028}\u{0}"

    private static func check(_ text: String, _ source: String) {
        let harmful = text.unicodeScalars.filter { scalar in
            scalar != "\n"
                && (scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
                    || scalar == "\u{2028}")
        }
        #expect(harmful.isEmpty, "\(source): \(text.debugDescription)")
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("FAKE") }, "\(source): \(text)")
    }

    @Test(arguments: ["text", "json"])
    func `hostile text stays text in the log and in every command`(_ format: String) async throws {
        try await UptimeStage.with(arguments: ["-l", "debug", "--log-format", format]) { stage in
            let id = "id" + Self.payload
            let failing = try await stage.send("tasks.fail", .string(Self.payload))
            _ = try? await failing.get(timeout: .seconds(120))
            try await stage.push(task: "tasks.echo", id: id, arguments: [.string(Self.payload)])
            try await stage.push(task: "no.task" + Self.payload, id: "unknown", arguments: [])
            try await stage.push(raw: Self.payload)
            try await eventually("what is no message is a dead letter") {
                try await stage.app.inspector.deadLetters(queue: "celery").count >= 2
            }
            let commands = [
                ["result", failing.id], ["status"], ["status", id], ["queue", "ls"], ["queue", "peek", "celery"],
                ["dead", "ls", "celery"],
                ["dead", "ls", "celery", "--json"], ["inspect", "stats"], ["send", Self.payload],
                ["queue", "peek", Self.payload],
                ["worker", "-n", Self.payload], ["worker", "-Q", Self.payload],
            ]
            for command in commands {
                let output = try await ChildProcess.run(
                    BuiltProgram.taskctl,
                    command.map { $0.replacing("\u{0}", with: "") },
                    environment: ["TASKBROKER_URL": stage.server.url]
                )
                Self.check(output.standardOutput, "\(command)")
                Self.check(output.standardError, "\(command)")
            }
            Self.check(stage.worker.errorText, "log")
        }
    }

    @Test func `no secret is logged, whatever is wrong with it`() async throws {
        try await UptimeStage.with(arguments: ["-l", "debug"]) { stage in
            _ = try await stage.send("tasks.add", 1, "canary-argument")
            _ = try await stage.send("tasks.echo", "canary-argument").get(timeout: .seconds(120))
            let canaries = ["canary-password", "canary%2Dpassword"]
            let address = "127.0.0.1:\(stage.server.port)"
            for url in [
                "redis://:canary-password@\(address)/0", "redis://u:canary%2Dpassword@\(address)/x",
                "redis://\(address)/0?password=canary-password",
                "rediss://:canary-password@\(address)/0", "redis://:canary-password@\(address):x/0",
                "amqp://u:canary-password@\(address)",
                "redis://:canary-password@\(address)/0;redis://:canary-password@\(address)/1",
            ] {
                let output = try await ChildProcess.run(
                    BuiltProgram.taskctl,
                    ["worker", "--burst", "-l", "debug"],
                    environment: ["TASKBROKER_URL": url, "TASKBROKER_CONTROL_KEY": "canary-control-key-canary"]
                )
                let text = output.standardOutput + output.standardError
                #expect(!canaries.contains { text.contains($0) } && !text.contains("canary-control"), "\(url): \(text)")
            }
            #expect(!stage.worker.errorText.contains("canary"))
        }
    }

    @Test(arguments: ["\n", "\u{1B}[2J", "\u{0}", "\u{9B}", String(repeating: "x", count: 256)])
    func `a worker with a name that is none does not start`(name: String) async throws {
        try await WorkerStage.with { stage in
            let error = #expect(throws: TaskBrokerError.self) {
                try Worker(stage.app, configuration: WorkerConfiguration(name: "a\(name)@b"))
            }
            #expect(error?.code == .invalidConfiguration)
        }
    }
}

extension UptimeStage {
    /// Puts a message into the queue as a stranger would.
    fileprivate func push(task: String, id: String, arguments: [JSONValue]) async throws {
        let body: JSONValue = [.array(arguments), [:], [:]]
        let message: JSONValue = [
            "body": .string(body.description), "content-type": "application/json", "content-encoding": "utf-8",
            "headers": ["task": .string(task), "id": .string(id), "argsrepr": .string(HostileTextTests.payload)],
            "properties": ["delivery_tag": "tag", "delivery_info": ["exchange": "", "routing_key": "celery"]],
        ]
        try await self.push(raw: message.description)
    }

    fileprivate func push(raw: String) async throws {
        _ = try await self.server.cli("LPUSH", "celery", raw.replacing("\u{0}", with: ""))
    }
}
