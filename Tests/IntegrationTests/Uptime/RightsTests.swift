import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// A worker whose user loses one right after another and gets it back (`reliability.md` T13, S15).
@Suite(.timeLimit(.minutes(6))) struct RightsTests {
    /// Commands that a worker sends, or that its scripts run: without one of them it takes no tasks, and says which.
    private static let needed = [
        "evalsha", "subscribe", "rpop", "lmove", "llen", "lpos", "lset", "lrange", "hdel", "zadd", "zrem", "exists",
        "set", "get", "lpush", "rpush", "del", "time",
    ]
    /// Commands that it can do without for a while.
    private static let others = ["publish", "client", "sadd", "smembers", "ping", "sort"]

    @Test func `a right that is taken away costs no task, and work goes on when it is back`() async throws {
        try await UptimeStage.with(arguments: ["--lease", "6"]) { stage in
            for command in Self.needed + Self.others { try await Self.loseAndRegain(command, stage) }
            #expect(try await stage.app.inspector.deadLetters().isEmpty)
            var damage: [Damage] = []
            _ = try await stage.app.inspector.examine { damage.append($0) }
            #expect(damage.isEmpty, "\(damage)")
        }
    }

    private static func loseAndRegain(_ command: String, _ stage: UptimeStage) async throws {
        // One task that is in hand when it happens, and one that comes when the right is gone.
        let running = try await stage.send("tasks.sleep", 0.5)
        try await stage.worker.eventually("the task runs") {
            try await stage.health.ask("/readyz").document["running"] == 1
        }
        _ = try await stage.server.cli("ACL", "SETUSER", RedisTrouble.user, "-\(command)")
        // A right that only a new connection needs is missed by a new connection.
        try await stage.server.killClients()
        // The producer's connection was ended, too; what it sends before it knows may have arrived or not.
        try await eventually("the producer has another connection") {
            (try? await stage.app.inspector.queue("celery")) != nil
        }
        let waiting = try await stage.send("tasks.add", 1, 2)
        if Self.needed.contains(command) {
            try await stage.worker.eventually("it says that \(command) is forbidden") {
                stage.warnings(saying: "'\(command)'").contains { $0.contains("no permissions to run") }
            }
        }
        try await Task.sleep(for: .seconds(1))
        _ = try await stage.server.cli("ACL", "SETUSER", RedisTrouble.user, "+\(command)")
        let back = ContinuousClock.now
        do {
            try await #expect(waiting.get(timeout: .seconds(120)) == 3)
            try await #expect(running.get(timeout: .seconds(120)) == 0.5)
        } catch {
            Issue.record("after \(command): \(error)")
        }
        // Two seconds are promised; a machine that runs other tests beside may need more.
        #expect(ContinuousClock.now - back < .seconds(10), "\(command)")
        try await stage.becomesReady()
    }
}
