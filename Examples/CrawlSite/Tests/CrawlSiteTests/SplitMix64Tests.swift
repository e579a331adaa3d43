import CrawlSite
import Testing

struct SplitMix64Tests {
    @Test func `gives the same numbers in every run and release`() {
        var random = SplitMix64(seed: 1, stream: .followers, key: 7)
        #expect((0..<4).map { _ in random.next(below: 1_000) } == expectedDraws)
    }

    @Test(arguments: [
        SplitMix64(seed: 2, stream: .followers, key: 7),
        SplitMix64(seed: 1, stream: .profile, key: 7),
        SplitMix64(seed: 1, stream: .followers, key: 8),
    ])
    func `depends on seed, stream and key`(other: SplitMix64) {
        var random = SplitMix64(seed: 1, stream: .followers, key: 7)
        var other = other
        #expect(random.next() != other.next())
    }

    @Test(arguments: [1, 2, 18, 100_000])
    func `stays below its bound and reaches it`(bound: Int) {
        var random = SplitMix64(seed: 3, stream: .profile, key: 0)
        let draws = (0..<bound * 20).map { _ in random.next(below: bound) }
        #expect(draws.min() == 0)
        #expect(draws.max() == bound - 1)
    }

    @Test(arguments: [0, -1, Int.min])
    func `has nothing below a bound that is not positive`(bound: Int) {
        var random = SplitMix64(seed: 3, stream: .profile, key: 0)
        #expect(random.next(below: bound) == 0)
    }

    @Test(arguments: [0.0, 0.005, 0.5, 1.0])
    func `takes chances as often as told`(fraction: Double) {
        let taken = (0..<100_000).count { key in
            var random = SplitMix64(seed: 1, stream: .broken, key: UInt64(key))
            return random.chance(of: fraction)
        }
        #expect(abs(Double(taken) / 100_000 - fraction) < 0.01)
        #expect((taken == 0) == (fraction == 0))
        #expect((taken == 100_000) == (fraction == 1))
    }
}

/// From an implementation in Python, so that a change of the algorithm shows.
private let expectedDraws = [330, 416, 86, 300]
