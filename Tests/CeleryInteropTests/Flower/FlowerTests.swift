import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// Flower 2.2 in a real browser, with our worker.
@Suite(.serialized, .timeLimit(.minutes(6))) struct FlowerInterop {
    @Test func `The pages show our worker and its tasks`() async throws {
        try await FlowerScene.with { scene in
            // What happens before Flower listens, it never hears of.
            _ = try await scene.workers("Online")
            let added = try await scene.send("interop.add", [20], ["y": 22])
            let failed = try await scene.send("interop.fail", ["builtin", "no such user"])
            let retried = try await scene.send("flower.retry_later")
            let running = try await scene.send("interop.slow", [60])
            let states: [String: TaskState] = [
                added: .success, failed: .failure, retried: .received, running: .started,
            ]

            let rows = try await scene.tasks(states)
            #expect(rows.count == states.count)
            #expect(rows.allSatisfy { $0["Worker"] == .string(FlowerScene.worker) })
            let row = try #require(rows.first { $0["UUID"] == .string(added) })
            #expect(row["Name"] == "interop.add")
            #expect(row["Runtime"]?.stringValue?.hasSuffix(" ms") == true)

            try await Self.checkTasks(scene, added: added, failed: failed, retried: retried)
            try await Self.checkWorkers(scene)
            try await Self.checkWorker(scene, running: running)
        }
    }

    @Test func `The buttons command our worker`() async throws {
        try await FlowerScene.with { scene in
            _ = try await scene.workers("Online")
            #expect(
                try await scene.press("#worker-pool-grow", inputs: ["#pool-size": 2])
                    == "Growing '\(FlowerScene.worker)' worker's pool by 2"
            )
            #expect(
                try await scene.press("#worker-pool-shrink", inputs: ["#pool-size": 1])
                    == "Shrinking '\(FlowerScene.worker)' worker's pool by 1"
            )
            #expect(
                try await scene.press("#worker-add-consumer", tab: "Queues", inputs: ["#add-consumer-name": "extra"])
                    == "add consumer extra"
            )
            let extra = try await scene.app.sendTask("interop.add", args: [1, 2], options: .init(queue: "extra"))
            #expect(try await extra.get(timeout: .seconds(120)) == 3)
            #expect(
                try await scene.press(
                    "[id='task-rate-limit-interop.add']",
                    tab: "Limits",
                    inputs: ["[aria-label='Rate limit for interop.add']": 10]
                ) == "new rate limit set successfully"
            )
            #expect(
                try await scene.press(
                    "[id='task-timeout-hard-interop.slow']",
                    tab: "Limits",
                    inputs: ["[aria-label='Timeout for interop.slow']": 50]
                ) == "time limits set successfully"
            )
            #expect(try await scene.press("#worker-refresh", menu: "#worker-group") == "Successfully refreshed")
            let consumers = try await scene.press("#worker-cancel-consumer-extra", tab: "Queues")
            #expect(consumers == "no longer consuming from extra")

            try await Self.checkRevoking(scene)

            #expect(try await scene.press("#worker-shutdown", menu: "#worker-group") == "Shutting down!")
            _ = try await scene.workers("Offline")
        }
    }
}

// MARK: - Pages

extension FlowerInterop {
    private static func checkTasks(
        _ scene: FlowerScene,
        added: String,
        failed: String,
        retried: String
    ) async throws {
        let success = try await scene.task(added, .success)
        #expect(success["Name"] == "interop.add")
        #expect(success["Arguments"] == "(20,)")
        #expect(success["Keyword arguments"] == "{'y': 22}")
        #expect(success["Result"] == "42")
        #expect(success["Worker"] == .string(FlowerScene.worker))
        #expect(success["Root id"] == .string(added))
        for time in ["Received", "Started", "Succeeded", "Runtime"] {
            #expect(success[time]?.stringValue?.isEmpty == false, "\(time)")
        }

        let failure = try await scene.task(failed, .failure)
        #expect(failure["Exception"] == "ValueError('no such user')")

        // As with Celery: the message of the next attempt has been received.
        let retry = try await scene.task(retried, .received)
        #expect(retry["Exception"] == "ValueError('not today')")
        #expect(retry["Retries"] == "1")
        #expect(retry["Retried"]?.stringValue?.isEmpty == false)
        #expect(retry["ETA"]?.stringValue?.isEmpty == false)
    }

    private static func checkWorkers(_ scene: FlowerScene) async throws {
        // How many tasks run it learns from heartbeats.
        try await eventually("a heartbeat says that a task runs", timeout: .seconds(120)) {
            try await scene.workers("Online")["rows"]?[0]?["Active"] == "1"
        }
        let page = try await scene.workers("Online")
        let row = try #require(page["rows"]?.arrayValue?.first)
        #expect(row["Worker"] == .string(FlowerScene.worker))
        // Four tasks, one of them twice.
        #expect(row["Processed"] == "5")
        #expect(row["Failed"] == "1")
        #expect(row["Succeeded"] == "1")
        #expect(row["Load Average"]?.stringValue?.isEmpty == false)
        #expect(page["totals"]?["Online workers"] == "1")
    }

    private static func checkWorker(_ scene: FlowerScene, running: String) async throws {
        let tables = try await scene.worker()
        /// The second column of a table without headings, by the first.
        func values(_ caption: String) -> [String: JSONValue] {
            let rows = tables[caption]?.arrayValue ?? []
            let pairs = rows.compactMap { row in row["0"]?.stringValue.map { ($0, row["1"] ?? .null) } }
            return Dictionary(pairs) { first, _ in first }
        }
        #expect(values("Worker pool options")["Max concurrency"] == "2")
        #expect(values("Worker pool options")["Worker PID"] != nil)
        #expect(values("Broker options")["Transport"] == "redis")
        #expect(values("Processed tasks")["interop.add"] == "1")
        #expect(values("System usage statistics")["utime"] != nil)
        #expect(tables["Active queues"]?.arrayValue?.map { $0["Name"] } == [.string(FlowerScene.queue)])
        let active = try #require(tables["Active tasks"]?.arrayValue?.first)
        #expect(active["Name"] == "interop.slow")
        #expect(active["UUID"] == .string(running))
        #expect(active["args"] == "(60,)")
        #expect(tables["Task limits"]?.arrayValue?.contains { $0["Task"] == "interop.add" } == true)
        #expect(tables["Configuration options"]?.arrayValue?.isEmpty == false)
    }

    private static func checkRevoking(_ scene: FlowerScene) async throws {
        let waiting = try await scene.send("flower.retry_later")
        _ = try await scene.task(waiting, .received)
        #expect(try await scene.press("#task-revoke", task: waiting) == "Revoked '\(waiting)'")
        let running = try await scene.send("interop.slow", [60])
        _ = try await scene.task(running, .started)
        #expect(try await scene.press("#task-terminate", task: running) == "Revoked '\(running)'")
        let ended = try await scene.app.result(for: running).wait(timeout: .seconds(120))
        #expect(ended?.state == .revoked)
        _ = try await scene.task(running, .revoked)
        // Flower shows what it was told when the page was opened the last time, and asks again.
        try await eventually("the page of the worker lists both", timeout: .seconds(120)) {
            let rows = try await scene.worker(tab: "Tasks")["Revoked tasks"]?.arrayValue ?? []
            return Set(rows.compactMap { $0["UUID"]?.stringValue }) == [waiting, running]
        }
    }
}
