import Testing

@testable import TaskBroker

struct KillScheduleTests {
    private var schedule = KillSchedule()
    private let start = ContinuousClock.now

    private func second(_ number: Int) -> KillSchedule.Instant { self.start + .seconds(number) }

    private mutating func add(_ run: RunID, at second: Int) -> KillSchedule.Instant? {
        self.add(run, at: second, .defiant(run))
    }

    private mutating func add(_ run: RunID, at second: Int, _ condemnation: Condemnation) -> KillSchedule.Instant? {
        self.schedule.add(run, at: self.second(second), condemnation)
    }

    /// The timer that was set to a second goes off.
    private mutating func ring(_ second: Int) -> (condemnation: Condemnation?, next: KillSchedule.Instant?) {
        self.schedule.ring(self.second(second), at: self.second(second))
    }

    @Test mutating func `the timer is set for the first of them only`() {
        #expect(self.add(1, at: 5) == self.second(5))
        #expect(self.add(2, at: 6) == nil)
        #expect(self.add(3, at: 4) == self.second(4))
        #expect(self.add(4, at: 5) == nil)
    }

    @Test mutating func `a run that has ended kills nobody, and the timer goes on to the next`() {
        _ = self.add(1, at: 5)
        _ = self.add(2, at: 7)
        self.schedule.remove(1)
        var alarm = self.ring(5)
        #expect(alarm.condemnation == nil && alarm.next == self.second(7))
        alarm = self.ring(7)
        #expect(alarm.condemnation == .defiant(2) && alarm.next == nil)
        self.schedule.remove(2)
        alarm = self.ring(7)
        #expect(alarm.condemnation == nil && alarm.next == nil)
        // Nothing is set any more, so the next one is.
        #expect(self.add(3, at: 20) == self.second(20))
    }

    @Test mutating func `of two reasons for one run the one that comes first counts`() {
        #expect(self.add(1, at: 3, .overtime(1, limit: .seconds(3))) == self.second(3))
        #expect(self.add(1, at: 5, .defiant(1)) == nil)
        var alarm = self.ring(3)
        #expect(alarm.condemnation == .overtime(1, limit: .seconds(3)))
        #expect(self.add(2, at: 9, .overtime(2, limit: .seconds(9))) == self.second(9))
        #expect(self.add(2, at: 8, .defiant(2)) == self.second(8))
        self.schedule.remove(1)
        alarm = self.ring(8)
        #expect(alarm.condemnation == .defiant(2))
    }

    @Test mutating func `a timer that was set again since means nothing`() {
        _ = self.add(1, at: 10)
        _ = self.add(2, at: 5)
        self.schedule.remove(2)
        var alarm = self.ring(5)
        #expect(alarm.next == self.second(10))
        self.schedule.remove(1)
        _ = self.add(3, at: 20)
        // There are two for this second now: one goes on, the other ends.
        alarm = self.ring(10)
        #expect(alarm.next == self.second(20))
        alarm = self.ring(10)
        #expect(alarm.condemnation == nil && alarm.next == nil)
    }
}
