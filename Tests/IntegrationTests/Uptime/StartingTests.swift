import TestSupport
import Testing

/// Workers that start while Redis is away.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StartingTests {
    @Test func `a worker waits for a Redis that is not there yet`() async throws {
        try await UptimeStage.with { stage in
            try await stage.server.crash()
            try await UptimeStage.withWorker(of: stage.server, named: "early", ["-n", "early@test"]) { early in
                try await early.eventually("it says why it waits") { early.errorText.contains("Connection refused") }
                let health = try await UptimeStage.health(of: early)
                let waiting = UptimeStage(server: stage.server, app: stage.app, worker: early, health: health)
                try await waiting.becomesUnready(saying: "Connection refused")
                let warning = "persistence: none."
                #expect(!early.errorText.contains(warning))
                try await stage.server.restart()
                try await waiting.becomesReady()
                // What is looked at when a worker starts is looked at as soon as there is something to look at.
                try await early.eventually("it says what it finds") { early.errorText.contains(warning) }
            }
        }
    }

    @Test(arguments: [["--strict"], ["--burst"]])
    func `a worker that is told to, or that has an end, does not wait`(_ arguments: [String]) async throws {
        let output = try await ChildProcess.run(
            BuiltProgram.taskctl,
            ["worker"] + arguments,
            environment: ["TASKBROKER_URL": "redis://127.0.0.1:\(FreePort.find())/0"]
        )
        #expect(output.exitStatus == 69)
        #expect(output.standardError.contains("Connection refused"))
    }

    @Test func `a worker warns about a Redis that may lose tasks, and one that is strict does not start`() async throws
    {
        let options = RedisServerOptions(arguments: ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"])
        try await UptimeStage.with(options) { stage in
            for word in ["eviction", "persistence"] {
                #expect(
                    stage.worker.errorText.contains(
                        "warning: redis://worker:***@127.0.0.1:\(stage.server.port)/0: \(word)"
                    )
                )
            }
            let burst = try await ChildProcess.run(
                BuiltProgram.taskctl,
                ["worker", "--burst"],
                environment: ["TASKBROKER_URL": stage.server.url]
            )
            #expect(burst.isSuccess && burst.standardError.contains("allkeys-lru"), "\(burst.standardError)")
            let strict = try await ChildProcess.run(
                BuiltProgram.taskctl,
                ["worker", "--strict"],
                environment: ["TASKBROKER_URL": stage.server.url]
            )
            #expect(strict.exitStatus == 78)
            #expect(strict.standardError.contains("allkeys-lru"))
        }
    }
}
