import TestSupport
import Testing

/// The same faults for Celery, which fail nothing: what it loses and repeats is written down, for the table.
///
/// Only with `scripts/faults --celery`: Celery looks for abandoned messages every hundred seconds, so each takes minutes.
@Suite(
    .serialized,
    .timeLimit(.minutes(60)),
    .enabled(if: EnvironmentVariable.value(of: "TASKBROKER_FAULTS_CELERY") != nil)
)
struct CeleryFigures {
    private static let variants: [CeleryVariant] = [.standard, .late]

    @Test(arguments: variants) func `T01 Workers are killed`(variant: CeleryVariant) async throws {
        try await SupervisorKills.anywhere(.init(tasks: 1_500, kills: 20), .celery(variant))
    }

    @Test(arguments: variants) func `T06 Redis is killed`(variant: CeleryVariant) async throws {
        try await RedisFaults.kill(.init(tasks: 1_500, kills: 5, away: 0...3), .celery(variant))
    }

    @Test(arguments: variants) func `T11 Connections go silent`(variant: CeleryVariant) async throws {
        try await Networks.silence(.celery(variant))
    }

    @Test func `T03 A task is longer than the visibility timeout`() async throws {
        try await LongTasks.run(.init(tasks: 8, lease: 5, seconds: 250), .celery(.late))
    }

    @Test func `T16 A task is due after the visibility timeout`() async throws {
        try await LongTasks.delayed(.init(tasks: 3, lease: 5, seconds: 250), .celery(.late))
    }
}
