/// Limits every client's requests a second, with one token bucket each.
///
/// A bucket holds one second's worth of requests, at least one, so that short bursts pass.
package struct RateLimiter: Sendable {
    private let rate: Double
    private var buckets: [String: Bucket] = [:]

    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    /// Creates a limiter; throws when the rate is not a positive number.
    package init(requestsPerSecond rate: Double) throws(CrawlSiteError) {
        guard rate > 0, rate.isFinite else {
            throw CrawlSiteError(code: .invalidConfiguration, message: "the rate must be above 0, not \(rate)")
        }
        self.rate = rate
    }
}

extension RateLimiter {
    /// How many clients are remembered; beyond them all start afresh, which is generous and bounded.
    private static let maximumClients = 10_000

    private var capacity: Double { max(1, self.rate) }

    /// Takes a request's token.
    ///
    /// - Returns: nil when the request may pass, otherwise the whole seconds until the next one may.
    package mutating func admit(client: String, at now: ContinuousClock.Instant) -> Int? {
        if self.buckets.count >= Self.maximumClients, self.buckets[client] == nil {
            self.buckets.removeAll()
        }
        var bucket = self.buckets[client] ?? Bucket(tokens: self.capacity, filledAt: now)
        bucket.tokens = min(self.capacity, bucket.tokens + (now - bucket.filledAt) / .seconds(1) * self.rate)
        bucket.filledAt = now
        defer { self.buckets[client] = bucket }

        guard bucket.tokens < 1 else {
            bucket.tokens -= 1
            return nil
        }
        let seconds = ((1 - bucket.tokens) / self.rate).rounded(.up)
        return Int(min(max(seconds, 1), 3_600))
    }

    /// Forgets all clients.
    package mutating func reset() {
        self.buckets.removeAll()
    }
}
