/// How long to wait before the next attempt to connect.
///
/// Full jitter: uniformly random between zero and a bound that doubles, so that a fleet that lost its server together
/// does not come back together.
package struct RedisBackoff: Hashable, Sendable {
    /// The bound before the second attempt.
    package var minimum: Duration
    /// The largest bound.
    package var maximum: Duration
    /// The wait when only a person can help; it has half as much jitter added.
    package var operatorInterval: Duration
    /// The number of failures in a row.
    private var failures: Int

    /// Creates a back-off.
    ///
    /// The defaults are those of the design's R11, but for the maximum: with five seconds, work would often not go on
    /// within two seconds after the server is back, which is promised. An attempt a second costs nothing.
    package init(
        minimum: Duration = .milliseconds(50),
        maximum: Duration = .seconds(2),
        operatorInterval: Duration = .seconds(30)
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
            return .random(below: self.bound(doublings), using: &generator)
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
