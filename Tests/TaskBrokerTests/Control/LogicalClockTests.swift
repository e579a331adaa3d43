import Testing

@testable import TaskBroker

/// Lamport's rules.
struct LogicalClockTests {
    @Test func `moves with what is sent and past what is heard`() {
        let clock = LogicalClock()
        #expect(clock.value == 0)
        #expect(clock.forward() == 1)
        #expect(clock.adjust(to: 10) == 11)
        #expect(clock.adjust(to: 3) == 12)
        #expect(clock.forward() == 13)
        #expect(clock.value == 13)
    }

    @Test(arguments: [Int64.max, .min, -1, (1 << 53) + 1])
    func `takes over no value that would use it up`(value: Int64) {
        let clock = LogicalClock()
        #expect(clock.adjust(to: value) == 1)
    }
}
