import CeleryProtocol

/// The broker's clock, continued here between two of its answers.
///
/// Only the broker's clock decides what is due or expired: with clients' clocks, one machine that is an hour ahead would
/// redeliver everybody's messages (celery#1980).
struct BrokerClock: Sendable {
    private let told: Timestamp
    let heard: ContinuousClock.Instant

    init(_ told: Timestamp, heard: ContinuousClock.Instant = .now) {
        self.told = told
        self.heard = heard
    }

    var now: Timestamp { self.told.adding(self.heard.duration(to: .now)) }
}
