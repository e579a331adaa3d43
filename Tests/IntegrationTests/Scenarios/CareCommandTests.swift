import CeleryProtocol
import RedisClient
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// What a person does with `taskctl doctor` and `taskctl fsck` at three in the morning.
    @Suite(.stage, .serialized) struct CareCommandTests {
        @Test func `The doctor tells what is wrong with a server, and how to mend it`() async throws {
            let stage = try Stage.require()
            // A warning is none to stop for, unless one asks for it.
            let calm = try await stage.taskctl("doctor")
            #expect(calm.exitStatus == 0, "\(calm.standardError)")
            #expect(calm.standardOutput.contains("CONFIG SET appendonly yes"))
            #expect(try await stage.taskctl("doctor", "--strict").exitStatus == 7)

            let warned = try await stage.json("doctor")
            #expect(warned["severity"] == "warning")
            let checks = try #require(warned["items"]?.arrayValue)
            #expect(checks.first { $0["check"] == "persistence" }?["severity"] == "warning")
            #expect(checks.first { $0["check"] == "eviction" }?["severity"] == "ok")

            try await stage.redis(["CONFIG", "SET", "maxmemory", "100mb", "maxmemory-policy", "allkeys-lru"])
            let ill = try await stage.taskctl("doctor", "--json")
            #expect(ill.exitStatus == 7)
            let items = try JSONValue(parsing: ill.standardOutput)["items"]?.arrayValue ?? []
            #expect(items.first { $0["check"] == "eviction" }?["severity"] == "problem")
            try await stage.redis(["CONFIG", "SET", "maxmemory", "0", "maxmemory-policy", "noeviction"])
        }

        @Test func `The doctor knows the workers and the queues`() async throws {
            let stage = try Stage.require()
            try await stage.withWorker("worker", "-Q", "user", "-c", "2") { _ in
                _ = try await stage.send("tasks.add", "1", "1", "-Q", "nobody")
                _ = try await stage.app.inspector.pause("quiet")
                var found: [String] = []
                try await eventually("the worker answers", timeout: .seconds(120)) {
                    found = try await stage.app.inspector.diagnose().map { "\($0.severity) \($0.check): \($0.summary)" }
                    return found.contains { $0.hasPrefix("ok versions: swift-taskbroker") }
                }
                #expect(found.contains("ok workers: 1 of ours with 2 slots, 0 of Celery"), "\(found)")
                #expect(found.contains("warning queues: nobody takes from nobody (1)"), "\(found)")
                #expect(found.contains("notice queues: paused: quiet"), "\(found)")
            }
        }

        @Test func `Damage is reported, repaired, and gone`() async throws {
            let stage = try Stage.require()
            let clean = try await stage.taskctl("fsck")
            #expect(clean.exitStatus == 0, "\(clean.standardOutput)")
            #expect(clean.standardOutput.isEmpty)

            try await stage.redis(["LPUSH", "{user}:tb:user:infl:gone:1", "raw"])
            let found = try await stage.taskctl("fsck")
            #expect(found.exitStatus == 7)
            #expect(
                found.standardOutput.hasPrefix("found     claim-without-lease  {user}:tb:user:infl:gone:1  gone:1\n")
            )
            #expect(found.standardError.contains("fsck --repair"))
            #expect(try await stage.taskctl("fsck", "--class", "wrong-type").exitStatus == 0)

            let repaired = try await stage.taskctl("fsck", "--repair", "--json")
            #expect(repaired.exitStatus == 0)
            let lines = try repaired.standardOutput.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(lines.map { $0["kind"] } == ["damage", "fsck"])
            #expect(lines.first?["state"] == "repaired" && lines.first?["queue"] == "user")
            #expect(lines.last?["healthy"] == true)
            #expect(try await stage.taskctl("fsck").exitStatus == 0)
        }

        @Test func `What cannot be asked for is refused with what can`() async throws {
            let stage = try Stage.require()
            let unknown = try await stage.taskctl("fsck", "--class", "wrong-tipe")
            #expect(unknown.exitStatus == 64)
            #expect(unknown.standardError.contains("Did you mean 'wrong-type'?"))
            #expect(try await stage.taskctl("fsck", "--repair", "--dry-run").exitStatus == 64)
        }
    }
}

extension Stage {
    /// Does something to the database of the messages.
    fileprivate func redis(_ command: RESPCommand) async throws {
        let client = RedisClient(RedisConfiguration(url: try RedisURL(self.broker)), logger: self.app.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            defer { group.cancelAll() }
            try await client.send(command)
        }
    }
}
