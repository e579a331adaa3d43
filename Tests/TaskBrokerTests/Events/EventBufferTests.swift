import Testing

@testable import TaskBroker

/// The pure parts of the publisher: what is kept, how fast it goes, and what is said about the rest.
struct EventBufferTests {
    @Test(arguments: 1...7)
    func `keeps the newest and counts the others`(capacity: Int) {
        var buffer = EventBuffer<Int>(capacity: capacity)
        for number in 0..<20 { buffer.append(number) }
        #expect(buffer.count == capacity)
        #expect(buffer.dropped == 20 - capacity)
        #expect(buffer.take(.max) == Array((20 - capacity)..<20))
        #expect(buffer.isEmpty)
    }

    /// Against an array that does the same slowly.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `is a queue whatever the order of calls`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var buffer = EventBuffer<Int>(capacity: 5)
        var model: [Int] = []
        var dropped = 0
        for step in 0..<2_000 {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0, 1:
                buffer.append(step)
                model.append(step)
            case 2:
                let limit = Int.random(in: -1...3, using: &generator)
                #expect(buffer.take(limit) == Array(model.prefix(max(0, limit))))
                model.removeFirst(min(max(0, limit), model.count))
            default:
                let back = (0..<Int.random(in: 0...4, using: &generator)).map { -$0 }
                buffer.putBack(back)
                model = back + model
            }
            dropped += max(0, model.count - 5)
            model = model.suffix(5)
            #expect(buffer.count == model.count && buffer.dropped == dropped)
        }
        #expect(buffer.take(.max) == model)
    }

    @Test func `a budget saves up one second`() {
        let start = ContinuousClock.now
        var budget = RateBudget(perSecond: 10, now: start)
        #expect(budget.take(100, now: start) == 10)
        #expect(budget.take(100, now: start) == 0)
        #expect(budget.take(100, now: start + .milliseconds(150)) == 1)
        #expect(budget.take(100, now: start + .milliseconds(200)) == 1)
        #expect(budget.take(3, now: start + .seconds(60)) == 3)
        #expect(budget.take(100, now: start + .seconds(60)) == 7)
        budget.giveBack(4)
        #expect(budget.take(100, now: start + .seconds(60)) == 4)
        #expect(budget.take(-1, now: start + .seconds(61)) == 0)
        #expect(budget.take(100, now: start) == 10)
    }

    @Test func `drops are reported at once and then every ten seconds`() {
        let start = ContinuousClock.now
        var report = DropReport(interval: .seconds(10))
        #expect(report.count(of: 0, at: start) == nil)
        #expect(report.count(of: 3, at: start) == 3)
        #expect(report.count(of: 5, at: start + .seconds(9)) == nil)
        #expect(report.count(of: 9, at: start + .seconds(10)) == 6)
        #expect(report.count(of: 9, at: start + .seconds(30)) == nil)
    }
}
