import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// What a worker does while Redis does not serve it, and afterwards.
@Suite(.serialized, .timeLimit(.minutes(10))) struct HardshipTests {
    @Test(arguments: Hardship.all)
    func `a worker waits, says why, and goes on`(_ hardship: Hardship) async throws {
        try await UptimeStage.with(hardship.options) { stage in
            let began = ContinuousClock.now
            try await hardship.begin(stage.server)
            let waiting = hardship.needsWork ? try await stage.send("tasks.add", 3, 4) : nil
            try await stage.becomesUnready(saying: hardship.says)
            // Long enough to be told twice if it were told with each attempt.
            try await Task.sleep(for: .seconds(3))
            // Once in ten seconds, of which a busy machine lets more go by.
            let most = 2 + Int((ContinuousClock.now - began) / .seconds(10))
            #expect((1...most).contains(stage.warnings(saying: hardship.says).count), "\(stage.worker.errorText)")

            try await hardship.end(stage.server)
            let ended = ContinuousClock.now
            try await #expect(stage.send("tasks.add", 1, 2).get(timeout: .seconds(120)) == 3)
            // Two seconds are promised; a machine that runs other tests beside may need more.
            #expect(ContinuousClock.now - ended < .seconds(10))
            if let waiting { try await #expect(waiting.get(timeout: .seconds(120)) == 7) }
            try await stage.becomesReady()
        }
    }

    /// Nobody can renew a lease meanwhile; nobody can take it away either (`reliability.md` R4, the grace).
    @Test(arguments: Hardship.standstills)
    func `a task that runs keeps running through trouble that is longer than its lease`(
        _ hardship: Hardship
    ) async throws {
        try await UptimeStage.with(hardship.options, arguments: ["--lease", "6"]) { stage in
            let task = try await stage.send("tasks.sleep", 12)
            try await stage.worker.eventually("the task runs") {
                try await stage.health.ask("/readyz").document["running"] == 1
            }
            try await hardship.begin(stage.server)
            try await stage.becomesUnready(saying: hardship.says)
            try await Task.sleep(for: .seconds(8))
            try await hardship.end(stage.server)
            try await #expect(task.get(timeout: .seconds(120)) == 12.0)
            #expect(!stage.worker.errorText.contains("cancelled"), "\(stage.worker.errorText)")
        }
    }

    @Test func `a full Redis hands out what it has, and keeps what is done`() async throws {
        try await UptimeStage.with { stage in
            let running = try await stage.send("tasks.sleep", 2)
            _ = try await stage.server.cli("CONFIG", "SET", "maxmemory", "1mb")
            try await #expect(running.get(timeout: .seconds(120)) == 2.0)
            #expect(try await stage.health.ask("/readyz").status == 200)
            await #expect(throws: TaskBrokerError.self) { try await stage.send("tasks.add", 1, 2) }
            _ = try await stage.server.cli("CONFIG", "SET", "maxmemory", "0")
            try await #expect(stage.send("tasks.add", 1, 2).get(timeout: .seconds(120)) == 3)
        }
    }

    @Test func `connections that are killed one by one cost no task and no second run`() async throws {
        try await UptimeStage.with { stage in
            let calls = (0..<200).map { TaskCall("tasks.echo", TaskArguments([.integer(Int64($0))])) }
            let ids = try await stage.app.send(calls)
            for _ in 0..<12 {
                try await stage.server.killClients()
                try await Task.sleep(for: .milliseconds(100))
            }
            for (index, id) in ids.enumerated() {
                try await #expect(stage.app.result(for: id).get(timeout: .seconds(120)) == .integer(Int64(index)))
            }
            try await stage.becomesReady()
            // One cause, told once, however many connections broke.
            #expect(stage.warnings(saying: "closed the connection").count <= 2)
        }
    }

    @Test func `a server that reads its data is waited for without haste`() async throws {
        let options = RedisServerOptions(isPersistent: true, arguments: ["--key-load-delay", "20000"])
        try await UptimeStage.with(options) { stage in
            for batch in 0..<30 {
                _ = try await stage.server.cli(
                    "EVAL",
                    "for i = 1, 10 do redis.call('SET', ARGV[1] .. i, 1) end",
                    "0",
                    "\(batch)-"
                )
            }
            _ = try await stage.server.cli("BGREWRITEAOF")
            try await eventually("the append-only file begins with a snapshot") {
                try await stage.server.cli("INFO", "persistence").contains("aof_rewrite_in_progress:0")
            }
            try await stage.server.crash()
            async let restarted: Void = stage.server.restart()
            try await stage.becomesUnready(saying: "LOADING")
            try await restarted
            try await #expect(stage.send("tasks.add", 1, 2).get(timeout: .seconds(120)) == 3)
            try await stage.becomesReady()
            #expect(stage.warnings(saying: "LOADING").count <= 2)
        }
    }

    @Test func `few descriptors are enough, also when strangers ask for many`() async throws {
        try await UptimeStage.with(program: ["prlimit", "--nofile=64:64"]) { stage in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 { group.addTask { _ = try? await stage.health.ask("/livez") } }
                for number in 0..<5 {
                    try await stage.server.killClients()
                    try await #expect(
                        stage.send("tasks.add", .integer(Int64(number)), 1).get(timeout: .seconds(120))
                            == .integer(Int64(number + 1))
                    )
                }
                try await group.waitForAll()
            }
            try await stage.becomesReady()
        }
    }
}
