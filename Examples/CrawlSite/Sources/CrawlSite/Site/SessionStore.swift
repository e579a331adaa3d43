/// The sessions that are logged in.
///
/// A session ends a fixed time after its login, whether or not it is used: a crawler has to log in again in time.
package struct SessionStore: Sendable {
    private let lifetime: Duration
    private var expiries: [String: ContinuousClock.Instant] = [:]

    /// Creates a store without sessions.
    package init(lifetime: Duration) {
        self.lifetime = lifetime
    }
}

extension SessionStore {
    /// How many sessions there may be; a login beyond them ends the oldest one.
    private static let maximumCount = 10_000

    /// Opens a session and returns its token: 128 random bits in hexadecimal.
    package mutating func open(at now: ContinuousClock.Instant) -> String {
        self.expiries = self.expiries.filter { $0.value > now }
        if self.expiries.count >= Self.maximumCount, let oldest = self.expiries.min(by: { $0.value < $1.value }) {
            self.expiries[oldest.key] = nil
        }
        let token = String((0..<32).map { _ in "0123456789abcdef".randomElement() ?? "0" })
        self.expiries[token] = now + self.lifetime
        return token
    }

    /// Whether a token's session is open.
    package func isOpen(_ token: String, at now: ContinuousClock.Instant) -> Bool {
        self.expiries[token].map { now < $0 } ?? false
    }
}
