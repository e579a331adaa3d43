/// How long to wait before the next attempt to connect.
///
/// Uniformly random between a half and the whole of a bound that doubles, so that a fleet that lost its server together does
/// not come back together, and that no worker asks a server that is loading more than twenty times a second (R11, T07).
package struct RedisBackoff: Hashable, Sendable {
    /// The bound before the second attempt.
    package var minimum: Duration
    /// The largest bound.
    package var maximum: Duration
    /// The wait when only a person can help; it has up to half as much added.
    package var operatorInterval: Duration
    /// The number of failures in a row.
    private var failures: Int

    /// Creates a back-off.
    ///
    /// The defaults are shorter than those of the design's R11: with five seconds, or thirty where a person has to help, work would
    /// not go on within two seconds after the end of the trouble, which is promised (docs/decisions/0007-staying-up.md).
    package init(
        minimum: Duration = .milliseconds(50),
        maximum: Duration = .milliseconds(1200),
        operatorInterval: Duration = .seconds(1)
    ) {
        self.minimum = minimum
        self.maximum = maximum
        self.operatorInterval = operatorInterval
        self.failures = 0
    }
}

extension RedisBackoff {
    /// Starts over after a connection has proved to work.
    package mutating func reset() {
        self.failures = 0
    }

    /// The wait after another failure.
    package mutating func next(
        after remedy: RedisRemedy,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let doublings = min(self.failures, 20)
        self.failures = doublings + 1
        switch remedy {
        case .operator:
            return self.operatorInterval + .random(below: self.operatorInterval / 2, using: &generator)
        case .retryHere, .reconnect, .redirect, .bug:
            let bound = self.bound(doublings)
            return bound / 2 + .random(below: bound / 2, using: &generator)
        }
    }

    private func bound(_ doublings: Int) -> Duration {
        min(self.minimum * (1 << doublings), self.maximum)
    }
}

extension Duration {
    fileprivate static func random(
        below bound: Duration,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        bound * Double.random(in: 0..<1, using: &generator)
    }
}
