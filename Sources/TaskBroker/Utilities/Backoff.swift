/// Pauses between attempts: doubling from 50 ms, drawn at random so that a fleet does not come back in step.
enum Backoff {
    /// The longest pause of what tasks wait for: it has to go on soon after an outage, however long that was.
    static let urgent = Duration.milliseconds(500)

    /// The pause after `failures` failures in a row.
    static func delay(
        afterFailures failures: Int,
        atMost longest: Duration = .seconds(5),
        random: Double = .random(in: 0.5...1)
    ) -> Duration {
        let doublings = min(max(failures - 1, 0), 7)
        return min(.milliseconds(50) * (1 << doublings), longest) * random
    }
}
