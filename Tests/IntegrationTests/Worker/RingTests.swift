import TaskBroker
import TestSupport
import Testing

/// A worker that claims when the bell rings, and is told to end at about that moment.
@Suite(.serialized) struct RingTests {
    private static let rounds = 20

    /// Neither lost nor in flight, wherever the end falls: before the ring, while its claim is under way, or after that.
    @Test(arguments: [true, false])
    func `a message that comes while a worker ends is run, or stands in its list again`(isWarm: Bool) async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            let note = stage.app.task("tasks.note") { () -> Int in
                journal.note("run")
                return 1
            }
            for round in 0..<Self.rounds {
                try await stage.withWorker(concurrency: 2) { worker in
                    // It waits for the bell from now on.
                    try #expect(await note.delay().get() == 1)
                    try await Task.sleep(for: .milliseconds(10))
                    try await note.delay()
                    try await Task.sleep(for: .microseconds(20 * round))
                    guard isWarm else { return }
                    worker.drain()
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(try await stage.server.cli("EXISTS", "{celery}:tb:celery:lease") == "0", "round \(round)")
                let waiting = try await Int(stage.server.cli("LLEN", "celery")) ?? 0
                #expect(journal.names.count + waiting == 2 * (round + 1), "round \(round)")
            }
        }
    }
}
