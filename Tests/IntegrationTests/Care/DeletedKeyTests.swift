import CeleryProtocol
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import TaskBroker

/// Keys that vanish under load, as a server that evicts takes them (T38).
@Suite(.serialized, .timeLimit(.minutes(3))) struct DeletedKeyTests {
    private static let taskCount = 400
    private static let lease = Duration.seconds(2)

    @Test(arguments: [UInt64(1), 2])
    func `whatever key is deleted, every task runs whose message is left`(seed: UInt64) async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            let task = stage.app.task("t", parameters: ["name"]) { (name: String) in
                try await Task.sleep(for: .milliseconds(30))
                journal.note(name)
            }
            let redis = RedisClient(
                RedisConfiguration(url: try RedisURL(stage.server.url)),
                logger: stage.app.logger
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await redis.run() }
                defer { group.cancelAll() }
                for index in 0..<Self.taskCount {
                    let countdown = index.isMultiple(of: 3) ? Duration.milliseconds(20 * index) : nil
                    _ = try await task.apply("\(index)", options: .init(countdown: countdown, taskID: Self.id(index)))
                }
                try await redis.send(["LPUSH", "celery", "nonsense"])
                let configuration = WorkerConfiguration(concurrency: 4, name: "celery@test", lease: Self.lease)
                let worker = try Worker(stage.app, configuration: configuration)
                async let running: Void = worker.run()

                let (lost, reported) = try await Self.sabotage(redis, stage, seed)
                let kinds = try await Self.mend(stage).union(reported)
                worker.stop()
                try await running

                let done = Set(journal.names)
                let missing = (0..<Self.taskCount).filter { index in
                    !done.contains("\(index)") && !lost.contains { $0.contains(Self.id(index)) }
                }
                #expect(missing.isEmpty, "\(missing)")
                // A claim without a lease may have ended before anybody looked: its message is the fence.
                #expect(kinds.contains(.unscheduledMessage), "\(kinds)")
                #expect(kinds.contains(.lostMessage), "\(kinds)")
            }
            var rest: [Damage] = []
            _ = try await stage.app.inspector.examine { rest.append($0) }
            #expect(rest.isEmpty, "\(rest)")
        }
    }

    /// Deletes each kind of key in random order; returns the messages that were deleted with them, and what was reported then.
    private static func sabotage(
        _ redis: RedisClient,
        _ stage: WorkerStage,
        _ seed: UInt64
    ) async throws -> (lost: [String], reported: Set<Damage.Kind>) {
        var random = SeededGenerator(seed: seed)
        var lost: [String] = []
        var reported: Set<Damage.Kind> = []
        let always: Set<RedisKeys.Companion> = [.lease, .eta, .etam]
        // What is lost with its message must not be all there is to repair.
        for companion in (RedisKeys.Companion.allCases + [.lease, .lease, .eta]).shuffled(using: &random) {
            var key = RedisKeys.companion(companion, of: "celery")
            if companion == .infl { key = try await Self.batch(redis) }
            if always.contains(companion) {
                try await eventually("there is a key \(companion)", timeout: .seconds(120)) {
                    try await redis.send(["EXISTS", key]).integer == 1
                }
            }
            let look: RESPCommand =
                switch companion {
                case .infl: ["LRANGE", key, "0", "-1"]
                case .etam, .deadm: ["HVALS", key]
                default: ["EXISTS", key]
                }
            let commands: [RESPCommand] = [["MULTI"], look, ["DEL", key], ["EXEC"]]
            let values = try await redis.send(pipeline: commands).last?.array?.first?.array ?? []
            lost += values.compactMap(\.string)
            _ = try await stage.app.inspector.examine { reported.insert($0.kind) }
            try await Task.sleep(for: .milliseconds(50))
        }
        return (lost, reported)
    }

    /// The key of a batch that a worker holds.
    private static func batch(_ redis: RedisClient) async throws -> String {
        let held = RedisKeys.companion(.infl, of: "celery") + ":*"
        var key: String?
        try await eventually("a worker holds something", timeout: .seconds(120)) {
            key = try await redis.send(["KEYS", held]).array?.first?.string
            return key != nil
        }
        return try #require(key)
    }

    /// An id that is part of no other.
    private static func id(_ index: Int) -> String { "task-\(index)." }

    /// Repairs until all is done and nothing is left to repair; returns what was repaired.
    private static func mend(_ stage: WorkerStage) async throws -> Set<Damage.Kind> {
        var kinds: Set<Damage.Kind> = []
        try await eventually("everything that is left has run, and all is repaired", timeout: .seconds(120)) {
            let options = ExaminationOptions(isRepairing: true, lease: Self.lease)
            var isClean = true
            _ = try await stage.app.inspector.examine(options) { damage in
                isClean = false
                kinds.insert(damage.kind)
            }
            let queue = try await stage.app.inspector.queue("celery")
            // A lease whose messages were deleted is left until it ends: by then the worker may be done with everything else.
            return isClean && queue.waiting + queue.inFlight + queue.delayed == 0
        }
        return kinds
    }
}
