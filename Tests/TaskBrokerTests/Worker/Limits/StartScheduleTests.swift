import CeleryProtocol
import Testing

@testable import TaskBroker

struct StartScheduleTests {
    private static func at(_ milliseconds: Int) -> Timestamp {
        Timestamp(microseconds: 1_767_225_600_000_000).adding(.milliseconds(milliseconds))
    }

    private static func schedule(_ milliseconds: Int = 1000) -> StartSchedule {
        StartSchedule(interval: .milliseconds(milliseconds))
    }

    @Test func `the first starts, the others get slots at even distances`() {
        var schedule = Self.schedule()
        #expect(schedule.admit("a", at: Self.at(0)) == nil)
        #expect(schedule.admit("b", at: Self.at(1)) == Self.at(1000))
        #expect(schedule.admit("c", at: Self.at(2)) == Self.at(2000))
        #expect(schedule.reservedCount == 2)
    }

    @Test func `a message that returns in its slot starts, one that is early waits for it`() {
        var schedule = Self.schedule()
        for id in ["a", "b", "c"] { _ = schedule.admit(id, at: Self.at(0)) }
        #expect(schedule.admit("c", at: Self.at(1000)) == Self.at(2000))
        #expect(schedule.admit("b", at: Self.at(1004)) == nil)
        #expect(schedule.admit("c", at: Self.at(2003)) == nil)
        #expect(schedule.reservedCount == 0)
    }

    @Test func `no message takes the slot of another that is about to come`() {
        var schedule = Self.schedule()
        for id in ["a", "b"] { _ = schedule.admit(id, at: Self.at(0)) }
        #expect(schedule.admit("x", at: Self.at(1000)) == Self.at(2000))
        #expect(schedule.admit("b", at: Self.at(1001)) == nil)
    }

    @Test func `a slot whose message does not come serves any other`() {
        var schedule = Self.schedule()
        for id in ["a", "b"] { _ = schedule.admit(id, at: Self.at(0)) }
        #expect(schedule.admit("x", at: Self.at(1100)) == nil)
        // Its own message comes after all.
        #expect(schedule.admit("b", at: Self.at(1200)) == Self.at(2000))
    }

    @Test func `slots that nobody has used lapse: they cannot be saved up`() {
        var schedule = Self.schedule(100)
        for number in 0..<50 { _ = schedule.admit("\(number)", at: Self.at(0)) }
        let starts = (0..<50).count { schedule.admit("late \($0)", at: Self.at(60_000)) == nil }
        #expect(starts == 1)
    }

    @Test func `nobody waits longer than the horizon for the next try, and only slots within it are given`() {
        var schedule = Self.schedule(25_000)
        let due = (0..<5).map { schedule.admit("\($0)", at: Self.at(0)) }
        #expect(due == [nil, Self.at(25_000), Self.at(50_000), Self.at(60_000), Self.at(60_000)])
        #expect(schedule.reservedCount == 2)
    }

    @Test func `memory is bounded at any rate`() {
        var schedule = Self.schedule(1)
        for number in 0..<10_000 { _ = schedule.admit("\(number)", at: Self.at(0)) }
        #expect(schedule.reservedCount == StartSchedule.maximumCount)
    }

    @Test func `one id twice has one slot`() {
        var schedule = Self.schedule()
        _ = schedule.admit("a", at: Self.at(0))
        #expect(schedule.admit("b", at: Self.at(0)) == Self.at(1000))
        #expect(schedule.admit("b", at: Self.at(0)) == Self.at(1000))
        #expect(schedule.admit("b", at: Self.at(1000)) == nil)
        #expect(schedule.admit("b", at: Self.at(1000)) == Self.at(2000))
    }

    @Test func `a clock that goes back stops nobody for longer than the horizon`() {
        var schedule = Self.schedule()
        _ = schedule.admit("a", at: Self.at(3_600_000))
        #expect(schedule.admit("b", at: Self.at(0)) == Self.at(60_000))
    }
}

/// Workers with limits of their own, messages that any of them takes.
struct RateLimiterSimulationTests {
    private struct Fleet {
        var generator: SeededGenerator
        var limiters: [RateLimiter]
        let limit: RateLimit
        var waiting: [(due: Timestamp, id: Int)]
        var now = Timestamp(microseconds: 1_767_225_600_000_000)
        /// When each worker has started something, and what.
        var starts: [[Timestamp]]
        var order: [Int] = []

        init(seed: UInt64, workers: Int, messages: Int, limit: RateLimit) {
            self.generator = SeededGenerator(seed: seed)
            self.limiters = Array(repeating: RateLimiter(), count: workers)
            self.limit = limit
            let now = self.now
            self.waiting = (0..<messages).map { (now, $0) }
            self.starts = Array(repeating: [], count: workers)
        }

        /// Takes what is due, the first foremost, a little late, until nothing waits.
        mutating func run() {
            while let next = self.waiting.indices.min(by: { self.waiting[$0].due < self.waiting[$1].due }) {
                let message = self.waiting.remove(at: next)
                let delay = Duration.milliseconds(Int.random(in: 0...10, using: &self.generator))
                self.now = max(self.now, message.due.adding(delay))
                let worker = Int.random(in: self.limiters.indices, using: &self.generator)
                let due = self.limiters[worker].admit("\(message.id)", of: "t", under: self.limit, at: self.now)
                if let due {
                    self.waiting.append((due, message.id))
                } else {
                    self.starts[worker].append(self.now)
                    self.order.append(message.id)
                }
            }
        }
    }

    @Test(arguments: 0..<5 as Range<UInt64>, [1, 2, 5])
    func `no worker exceeds its limit in any window, and the fleet comes near it`(seed: UInt64, workers: Int) {
        let (rate, count) = (10.0, 400)
        var fleet = Fleet(seed: seed, workers: workers, messages: count, limit: .perSecond(rate))
        let start = fleet.now
        fleet.run()
        #expect(fleet.order.sorted() == Array(0..<count))
        for starts in fleet.starts {
            for window in [1.0, 5, 20] {
                for (index, first) in starts.enumerated() {
                    let inside = starts[index...].count { $0.duration(since: first).inSeconds < window }
                    #expect(Double(inside) <= rate * (window + 0.25) + 1)
                }
            }
        }
        let elapsed = fleet.now.duration(since: start).inSeconds
        #expect(elapsed >= Double(count) / rate / Double(workers) - 1)
        #expect(elapsed <= Double(count) / rate / Double(workers) * 2 + 5, "\(elapsed)")
    }

    @Test(arguments: 0..<5 as Range<UInt64>)
    func `one worker starts messages about in their order`(seed: UInt64) {
        var fleet = Fleet(seed: seed, workers: 1, messages: 300, limit: .perSecond(20))
        fleet.run()
        for (position, id) in fleet.order.enumerated() { #expect(abs(position - id) <= 20) }
    }

    @Test func `a limit that is changed begins anew, one that is lifted lets everything through`() {
        var limiter = RateLimiter()
        let now = Timestamp(microseconds: 0)
        #expect(limiter.admit("a", of: "t", under: .perMinute(1), at: now) == nil)
        #expect(limiter.admit("b", of: "t", under: .perMinute(1), at: now) == now.adding(.seconds(60)))
        #expect(limiter.admit("b", of: "t", under: .perSecond(10), at: now) == nil)
        #expect(limiter.admit("c", of: "t", under: .perSecond(10), at: now) == now.adding(.milliseconds(100)))
        for id in 0..<10 { #expect(limiter.admit("\(id)", of: "t", under: .unlimited, at: now) == nil) }
    }

    @Test func `tasks do not share a limit`() {
        var limiter = RateLimiter()
        let now = Timestamp(microseconds: 0)
        #expect(limiter.admit("a", of: "t", under: .perMinute(1), at: now) == nil)
        #expect(limiter.admit("b", of: "u", under: .perMinute(1), at: now) == nil)
        #expect(limiter.admit("c", of: "u", under: .perMinute(1), at: now) != nil)
    }
}
