/// Pauses between attempts: doubling from 50 ms to 5 s, drawn at random so that a fleet does not come back in step.
enum Backoff {
    /// The pause after `failures` failures in a row.
    static func delay(afterFailures failures: Int, random: Double = .random(in: 0.5...1)) -> Duration {
        let doublings = min(max(failures - 1, 0), 7)
        return min(.milliseconds(50) * (1 << doublings), .seconds(5)) * random
    }
}
