import RedisClient
import Testing

@Suite struct RedisBackoffTests {
    @Test func `doubles its bound up to the maximum, and waits for the half of it at least`() {
        var random = SplitMix64(seed: 1)
        var largest = [Duration](repeating: .zero, count: 12)
        var smallest = [Duration](repeating: .seconds(99), count: 12)
        for _ in 0..<1000 {
            var backoff = RedisBackoff()
            for attempt in 0..<12 {
                let pause = backoff.next(after: .reconnect, using: &random)
                largest[attempt] = max(largest[attempt], pause)
                smallest[attempt] = min(smallest[attempt], pause)
            }
        }
        for attempt in 0..<12 {
            let bound = min(Duration.milliseconds(50) * (1 << attempt), .milliseconds(1200))
            #expect(largest[attempt] <= bound)
            #expect(largest[attempt] > bound * 0.95)
            #expect(smallest[attempt] >= bound * 0.5)
            #expect(smallest[attempt] < bound * 0.55)
        }
    }

    @Test(arguments: [
        (RedisRemedy.retryHere, Duration.milliseconds(25), Duration.milliseconds(1200)),
        (.reconnect, .milliseconds(25), .milliseconds(1200)),
        (.operator, .seconds(1), .milliseconds(1500)),
    ]) func `depends on what has to happen`(remedy: RedisRemedy, least: Duration, most: Duration) {
        var random = SplitMix64(seed: 2)
        var backoff = RedisBackoff()
        for _ in 0..<1000 {
            let pause = backoff.next(after: remedy, using: &random)
            #expect(pause >= least && pause <= most)
        }
    }

    @Test func `starts over when reset`() {
        var random = SplitMix64(seed: 3)
        var backoff = RedisBackoff()
        for _ in 0..<20 { _ = backoff.next(after: .reconnect, using: &random) }
        backoff.reset()
        #expect(backoff.next(after: .reconnect, using: &random) <= .milliseconds(50))
    }
}
